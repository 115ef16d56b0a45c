/** Runs one kernel by itself, in a memory of its own. */
import type { FunctionBuilder } from '../../src/assembler/functionBuilder.js';
import { memoryBase } from '../../src/assembler/memoryBase.js';
import { ModuleBuilder } from '../../src/assembler/moduleBuilder.js';

const pages = 16;

export interface KernelRun {
  /** Whether its vectors lie in pairs, as for hosts that join them. */
  readonly wide?: boolean;
  readonly arguments: readonly number[];
  /** Floats to begin with, and their addresses. */
  readonly memory: readonly { readonly at: number; readonly floats: Float32Array }[];
}

/** Builds the kernel and calls it; returns its memory, from address 0 on. */
export function runKernel(build: (module: ModuleBuilder) => FunctionBuilder, run: KernelRun): ArrayBuffer {
  const module = new ModuleBuilder({ wide: run.wide ?? false });
  const kernel = build(module);
  module.export(kernel);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  for (const { at, floats } of run.memory) new Float32Array(memory.buffer, memoryBase + at, floats.length).set(floats);
  const code = new WebAssembly.Module(module.encode({ pages, shared: false, simd: true }));
  const { exports } = new WebAssembly.Instance(code, { env: { memory } });
  (exports[kernel.name] as (...values: number[]) => void)(...run.arguments);
  return memory.buffer.slice(memoryBase);
}
