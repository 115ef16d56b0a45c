/** Everything a training run can be told, its defaults, and the one place that checks it. */
import { augmentDefaults, resolveAugmentConfig, type AugmentConfig } from '../augment/augmentConfig.js';
import { balanceDefaults, resolveBalance, type BalanceConfig } from '../augment/balanceConfig.js';
import { engineChoices, type EngineChoice } from '../engine/engineNames.js';
import { architectures } from '../model/architectures.js';
import { FerError } from '../errors.js';
import * as checks from './configChecks.js';
import {
  assumptionChecks,
  fineTuneChecks,
  fineTuneDefaults,
  networkDefaultsFor,
  readLabels,
  requireFittingNetwork,
  requireFittingStages,
  type FineTuneConfig,
  type InitialNetwork,
  type NewNetwork,
} from './fineTuneConfig.js';
import {
  optimizerChecks,
  optimizerDefaults,
  optimizerDefaultsFor,
  requireFittingOptimizer,
  type OptimizerConfig,
} from './optimizerConfig.js';
import { scheduleNames, type ScheduleName } from './schedule.js';

interface Settings extends BalanceConfig, OptimizerConfig, FineTuneConfig {
  /** Path of the CSV (plain or .gz). */
  readonly data: string;
  /** Path of a CSV with one weight per Training row, in the order of `data`; null = all weigh 1. */
  readonly sampleWeights: string | null;
  /** L2 penalty of the kernels that the network regularises, 0 or more; `published`: that of its authors, or of the file of `init`. */
  readonly l2: 'published' | number;
  /** Passes over the training rows, 1 or more. */
  readonly epochs: number;
  /** Images in a training step, 1 or more. */
  readonly batchSize: number;
  /** The optimizer's rate after the warm-up, above 0. */
  readonly learningRate: number;
  /** `constant`; `cosine`: falls to the minimum over the run; `plateau`: is cut when the validation loss stops falling. */
  readonly schedule: ScheduleName;
  /** Epochs (fractions allowed) of linear rise to the full rate, 0 or more and fewer than `epochs`. */
  readonly warmupEpochs: number;
  /** Where `cosine` ends and below which `plateau` does not cut; 0 to `learningRate`. */
  readonly minimumLearningRate: number;
  /** `plateau` multiplies the rate by this; between 0 and 1. */
  readonly plateauFactor: number;
  /** Epochs without improvement before `plateau` cuts, 1 or more. */
  readonly plateauPatience: number;
  /** Epochs without a lower validation loss before the run stops; 0 = never. */
  readonly patience: number;
  /** How much lower a validation loss must be to restart the patience, 0 or more. */
  readonly minimumDelta: number;
  readonly augment: AugmentConfig;
  /** Seed of initial weights, order, augmentation, SMOTE and dropout: an integer from 0 to 2^32 - 1. */
  readonly seed: number;
  /** `auto`: the fastest that runs here. `engine.name` of run.json says which one it was. */
  readonly engine: EngineChoice;
  /** Threads of the engine; 0 = one per processor. The weights do not depend on it. */
  readonly threads: number;
  /** Relaxed SIMD: faster, and the same bits only on machines that round alike. */
  readonly fast: boolean;
  /** 256-bit vectors where V8 can be asked for them. The weights do not depend on it. */
  readonly wide: boolean;
  /** Leave out bad rows and count them instead of ending at the first. */
  readonly skipBadRows: boolean;
  /** Seconds between checkpoints inside an epoch, above 0; every epoch's end has one too. */
  readonly checkpointSeconds: number;
}

/** A complete configuration: run.json keeps it, so that a run can be repeated. */
export type TrainConfig = Settings & (NewNetwork | InitialNetwork);

/**
 * The paper's settings (Arriaga et al. 2017) where it names them. Patience 10: a fifth of the epochs, long enough to ride out
 * the epoch-to-epoch noise of 3,589 validation images.
 */
export const trainDefaults: Omit<Settings, 'data'> & NewNetwork = {
  sampleWeights: null,
  arch: 'mini-xception',
  inputSize: 48,
  l2: 'published',
  init: null,
  labels: null,
  scaling: null,
  ...fineTuneDefaults,
  epochs: 50,
  batchSize: 128,
  ...optimizerDefaults,
  learningRate: 1e-4,
  schedule: 'constant',
  warmupEpochs: 0,
  minimumLearningRate: 0,
  plateauFactor: 0.1,
  plateauPatience: 5,
  patience: 10,
  minimumDelta: 0,
  augment: augmentDefaults,
  ...balanceDefaults,
  seed: 42,
  engine: 'auto',
  threads: 0,
  fast: false,
  wide: true,
  skipBadRows: false,
  checkpointSeconds: 30,
};

/** Keys that src/augment checks. */
type AugmentKey = 'augment' | keyof BalanceConfig;

/** One check per key: a key without one does not compile. */
const keyChecks: Record<Exclude<keyof TrainConfig, AugmentKey>, checks.Check> = {
  data: checks.text('the path of a FER-2013 CSV'),
  sampleWeights: checks.nullOr(checks.text('the path of a CSV of weights')),
  arch: checks.nullOr(checks.oneOf(Object.keys(architectures))),
  inputSize: checks.nullOr(checks.integer(32, 1024)),
  init: checks.nullOr(checks.text('the path of a model to begin with')),
  ...assumptionChecks,
  ...fineTuneChecks,
  l2: checks.wordOr('published', checks.atLeast(0)),
  epochs: checks.integer(1),
  batchSize: checks.integer(1, 65536),
  ...optimizerChecks,
  learningRate: checks.above(0),
  schedule: checks.oneOf(scheduleNames),
  warmupEpochs: checks.atLeast(0),
  minimumLearningRate: checks.atLeast(0),
  plateauFactor: checks.between(0, 1),
  plateauPatience: checks.integer(1),
  patience: checks.integer(0),
  minimumDelta: checks.atLeast(0),
  seed: checks.integer(0, 2 ** 32 - 1),
  engine: checks.oneOf(engineChoices),
  threads: checks.integer(0, 256),
  fast: checks.boolean,
  wide: checks.boolean,
  skipBadRows: checks.boolean,
  checkpointSeconds: checks.above(0),
};

/** A configuration as flags and files give it: every key optional, `undefined` the same as absent. */
export type PartialTrainConfig = {
  readonly [K in Exclude<keyof TrainConfig, 'augment' | 'labels'>]?: TrainConfig[K] | undefined;
} & {
  readonly augment?: { readonly [K in keyof AugmentConfig]?: AugmentConfig[K] | undefined } | undefined;
  /** The name of a known order too. */
  readonly labels?: TrainConfig['labels'] | string | undefined;
};

/**
 * `partial` over the defaults, every value checked. Throws CONFIG_INVALID that names the key, what was expected and what came;
 * an unknown key lists the valid ones.
 */
export function resolveTrainConfig(partial: PartialTrainConfig): TrainConfig {
  const given = withoutUndefined(partial);
  const known = ['data', ...Object.keys(trainDefaults)];
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new FerError('CONFIG_INVALID', `Unknown setting "${unknown}". Expected one of: ${known.join(', ')}.`);
  }
  const merged: Record<string, unknown> = {
    ...trainDefaults,
    ...optimizerDefaultsFor(given['optimizer']),
    ...networkDefaultsFor(given['init']),
    ...given,
    ...readLabels(given['labels']),
  };
  for (const [key, check] of Object.entries(keyChecks)) {
    if (!check.accepts(merged[key])) throw invalid(key, check.expected, merged[key]);
  }
  const augment: unknown = given['augment'] ?? {};
  if (typeof augment !== 'object') throw invalid('augment', 'an object of amounts', augment);
  const config = { ...merged, augment: resolveAugmentConfig(withoutUndefined(augment)) } as TrainConfig;
  const { classWeights, smote, smoteNeighbours } = config;
  resolveBalance({ classWeights, smote, smoteNeighbours });
  requireFittingOptimizer(config);
  requireFittingNetwork(config);
  requireFittingStages(config);
  checkRates(config);
  return config;
}

/** What no single key can tell. */
function checkRates({ epochs, warmupEpochs, learningRate, minimumLearningRate }: TrainConfig): void {
  if (warmupEpochs >= epochs) throw invalid('warmupEpochs', `fewer than epochs (${epochs})`, warmupEpochs);
  if (minimumLearningRate > learningRate) {
    throw invalid('minimumLearningRate', `at most learningRate (${learningRate})`, minimumLearningRate);
  }
}

function withoutUndefined(object: object | null): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object ?? {}).filter(([, value]) => value !== undefined));
}

function invalid(key: string, expected: string, value: unknown): FerError {
  const got = value === undefined ? 'nothing' : typeof value === 'number' ? String(value) : JSON.stringify(value);
  return new FerError('CONFIG_INVALID', `${key}: expected ${expected}; got ${got}.`);
}
