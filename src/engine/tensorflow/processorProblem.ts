/** Whether the processor can run TensorFlow's library: without AVX its first instructions would end this process. */
import { readFile } from 'node:fs/promises';
import type { EngineProblem } from '../engineProbe.js';

/** Undefined where it can, and where the system does not tell. */
export async function processorProblem(): Promise<EngineProblem | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const flags = /^flags\s*:(.*)$/m.exec(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''))?.[1];
  if (flags === undefined || flags.split(' ').includes('avx')) return undefined;
  return {
    problem: 'A processor with AVX was expected, and this one has none.',
    remedy: 'Use --engine wasm, which needs none.',
  };
}
