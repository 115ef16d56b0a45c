/** What a measurement of an engine can be told, its defaults, and the one place that checks it. */
import { engineChoices, type EngineChoice } from '../engine/engineNames.js';
import { FerError } from '../errors.js';
import { architectureNames, type ArchitectureName } from '../model/architectures.js';
import * as checks from '../train/configChecks.js';

export interface BenchConfig {
  /** `auto`: the fastest that runs here; with `profile` the one that can tell its time by layer, `wasm`. */
  readonly engine: EngineChoice;
  /** Network to measure. */
  readonly arch: ArchitectureName;
  /** Images in a training step and in a batch to predict. */
  readonly batchSize: number;
  /** Threads of the engine; 0 = one per processor, or 1 with `profile`. */
  readonly threads: number;
  /** Measured repetitions of each kind of call, 1 or more. */
  readonly steps: number;
  /** Relaxed SIMD: one rounding for a multiplication and an addition. */
  readonly fast: boolean;
  /** 256-bit vectors where V8 can be asked for them. */
  readonly wide: boolean;
  /** Measure the training step by layer, with 1 thread. */
  readonly profile: boolean;
}

/** The network and the batch that the README tells of. */
export const benchDefaults: BenchConfig = {
  engine: 'auto',
  arch: 'mini-xception',
  batchSize: 128,
  threads: 0,
  steps: 20,
  fast: false,
  wide: true,
  profile: false,
};

const keyChecks: Record<keyof BenchConfig, checks.Check> = {
  engine: checks.oneOf(engineChoices),
  arch: checks.oneOf(architectureNames),
  batchSize: checks.integer(1, 65536),
  threads: checks.integer(0, 256),
  steps: checks.integer(1, 100_000),
  fast: checks.boolean,
  wide: checks.boolean,
  profile: checks.boolean,
};

/** `partial` over the defaults. Throws CONFIG_INVALID that names the key, what was expected and what came. */
export function resolveBenchConfig(partial: Partial<BenchConfig>): BenchConfig {
  const config = { ...benchDefaults, ...partial };
  const unknown = Object.keys(partial).find((key) => !Object.hasOwn(keyChecks, key));
  if (unknown !== undefined) {
    const known = Object.keys(keyChecks).join(', ');
    throw new FerError('CONFIG_INVALID', `Unknown setting "${unknown}". Expected one of: ${known}.`);
  }
  for (const key of Object.keys(keyChecks) as (keyof BenchConfig)[]) {
    const { accepts, expected } = keyChecks[key];
    if (!accepts(config[key])) {
      throw new FerError('CONFIG_INVALID', `${key}: expected ${expected}; got ${JSON.stringify(config[key])}.`);
    }
  }
  if (config.profile && config.threads > 1) {
    const message = `threads: expected 1 with profile, because it tells the time of one thread; got ${config.threads}.`;
    throw new FerError('CONFIG_INVALID', message);
  }
  return config;
}
