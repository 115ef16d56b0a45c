/** The kinds of code that our engine runs on this host. */
import { fileURLToPath } from 'node:url';
import { prepareWorkload } from '../src/bench/workload.js';
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
  const hasRelaxed = await runsRelaxed(threads);
  const found = [variant('strict, 128-bit', ['--plain'])];
  const remarks: string[] = [];
  if (isWide) found.push(variant('strict, 256-bit', []));
  else
    remarks.push(
      `256-bit vectors are left out for ${counted(threads)}: packages/layers-wasm/docs/hosts.md tells where V8 joins them.`,
    );
  if (hasRelaxed) found.push(variant(`fast, ${isWide ? 256 : 128}-bit`, ['--fast']));
  else remarks.push('--fast is left out: this host has no relaxed SIMD.');
  return { found, remarks };
}

/** Whether vectors are joined to 256 bits. Throws ENGINE_UNAVAILABLE where there is no relaxed SIMD for `fast`. */
async function joinsVectors({ fast, threads }: { fast: boolean; threads: number }): Promise<boolean> {
  const small = { arch: 'tiny-xception', batchSize: 1, profile: false } as const;
  const workload = await prepareWorkload({ ...small, threads, fast, wide: true });
  await workload.close();
  return workload.inspection.build.wide;
}

async function runsRelaxed(threads: number): Promise<boolean> {
  try {
    await joinsVectors({ fast: true, threads });
    return true;
  } catch (error) {
    if (error instanceof FerError && error.code === 'ENGINE_UNAVAILABLE') return false;
    throw error;
  }
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
