/** Runs assembled modules that need nothing but a memory. */
import { memoryBase } from './memoryBase.js';

/** A `WebAssembly.Memory`, by what may be read of it: posted to another thread it is the same memory there. */
export interface ProgramMemory {
  readonly buffer: ArrayBufferLike;
}

const pageBytes = 65536;

/**
 * Memory of `bytes` bytes, zero, and up to a page more, which all threads share. A program reaches what lies from `memoryBase` on. Throws
 * RangeError or TypeError when there is not as much.
 */
export function createProgramMemory(bytes: number): ProgramMemory {
  const pages = Math.ceil(bytes / pageBytes);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** The address, for a program, of what begins at that byte of its memory. Throws RangeError for what a program does not reach. */
export function addressOf(byte: number): number {
  if (byte >= memoryBase) return byte - memoryBase;
  throw new RangeError(`Programs reach their memory from byte ${memoryBase} on, got byte ${byte}.`);
}

/** The pages of `memory`: what `ModuleBuilder.encode` has to be told. */
export function countPages({ buffer }: ProgramMemory): number {
  return buffer.byteLength / pageBytes;
}

/** The function `name` of a module that imports `memory`; undefined where the host lacks an instruction of it. */
export function loadProgram(
  bytes: Uint8Array<ArrayBuffer>,
  { memory, name }: { readonly memory: ProgramMemory; readonly name: string },
): ((...values: number[]) => void) | undefined {
  if (!WebAssembly.validate(bytes)) return undefined;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory: memory as WebAssembly.Memory },
  });
  return exports[name] as (...values: number[]) => void;
}
