/** What a page or one of its workers finds when it compiles a network there. */
import { LayersWasmError } from '../../src/index.js';
import type { CompileOptions } from '../../src/types.js';
import { narrowMiniXception } from '../networks.js';
import { trainedNumbers } from '../trainedNumbers.js';

/** The settings that are tried. */
export const settings = {
  default: {},
  twoThreads: { threads: 2 },
  scalar: { threads: 1, simd: false },
} satisfies Record<string, Partial<CompileOptions>>;

export interface Outcome {
  /** Threads that were started beside the calling one. */
  readonly workers: number;
  /** A prediction and the trained weights; each number is a float32 value. */
  readonly numbers?: readonly number[];
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Report {
  readonly isolated: boolean;
  readonly processors: number;
  readonly outcomes: Readonly<Record<keyof typeof settings, Outcome>>;
}

/** Tries all settings, one after the other. */
export async function report(): Promise<Report> {
  const outcomes: Partial<Record<keyof typeof settings, Outcome>> = {};
  for (const name of Object.keys(settings) as (keyof typeof settings)[]) outcomes[name] = await tried(settings[name]);
  return {
    isolated: globalThis.crossOriginIsolated,
    processors: navigator.hardwareConcurrency,
    outcomes: outcomes as Report['outcomes'],
  };
}

async function tried(options: Partial<CompileOptions>): Promise<Outcome> {
  const before = workers;
  try {
    const numbers = await trainedNumbers(narrowMiniXception, options);
    return { workers: workers - before, numbers: [...numbers] };
  } catch (error) {
    const code = error instanceof LayersWasmError ? error.code : 'none';
    return { workers: workers - before, error: { code, message: String(error) } };
  }
}

/** Workers started so far, by whomever. */
let workers = 0;
if (typeof Worker === 'function') {
  globalThis.Worker = class extends Worker {
    constructor(...parameters: ConstructorParameters<typeof Worker>) {
      super(...parameters);
      workers += 1;
    }
  };
}
