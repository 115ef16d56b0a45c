/** The kinds of code that our engine runs on this host. */
import { fileURLToPath } from 'node:url';
import { prepareWorkload } from '../src/bench/workload.js';
import { wasmEngine } from '../src/engine/wasm.js';
import { FerError } from '../src/errors.js';
import { counted, type Contestant } from './contestants.js';

export interface Variants {
  readonly found: readonly Contestant[];
  /** What is left out, and where it is not. */
  readonly remarks: readonly string[];
}

/** Compiles a small network of each kind for so many threads to see what comes of it. */
export async function findVariants(threads: number): Promise<Variants> {
  const isWide = await joinsVectors({ fast: false, threads });
  const found = [variant('strict, 128-bit', ['--plain'])];
  const remarks: string[] = [];
  if (isWide) found.push(variant('strict, 256-bit', []));
  else {
    const where = 'packages/layers-wasm/docs/hosts.md tells where V8 joins them';
    remarks.push(`256-bit vectors are left out for ${counted(threads)}: ${where}.`);
  }
  try {
    const isFastWide = await joinsVectors({ fast: true, threads });
    found.push(variant(`fast, ${isFastWide ? 256 : 128}-bit`, ['--fast']));
  } catch (error) {
    if (!(error instanceof FerError && error.code === 'ENGINE_UNAVAILABLE')) throw error;
    remarks.push('--fast is left out: this host has no relaxed SIMD.');
  }
  return { found, remarks };
}

/** Whether vectors are joined to 256 bits. Throws ENGINE_UNAVAILABLE where there is no relaxed SIMD for `fast`. */
async function joinsVectors({ fast, threads }: { fast: boolean; threads: number }): Promise<boolean> {
  const small = { arch: 'tiny-xception', batchSize: 1, profile: false } as const;
  const workload = await prepareWorkload(wasmEngine, { ...small, threads, fast, wide: true });
  await workload.close();
  return workload.inspection?.build.wide === true;
}

function variant(name: string, flags: readonly string[]): Contestant {
  const script = fileURLToPath(new URL('stepServer.js', import.meta.url));
  return {
    name: `fer, ${name}`,
    command: ({ arch, threads, batchSize }) => {
      const sizes = ['--arch', arch, '--threads', `${threads}`, '--batch', `${batchSize}`];
      return [process.execPath, script, ...sizes, ...flags];
    },
  };
}
