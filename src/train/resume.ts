/** What a resumed run may change, and what it must not. */
import type { EngineChoice } from '../engine/engineNames.js';
import { FerError } from '../errors.js';
import { resolveTrainConfig, type TrainConfig } from './config.js';
import type { TrainingListener } from './events.js';
import { buildNetwork, openStartingModel, type Start } from './startingModel.js';
import type { TrainingState } from './trainingState.js';
import { versionsNow, type DataRecord, type RunRecord, type Versions } from './runRecord.js';

/** Nothing that the weights depend on may change, but more epochs may follow. */
export interface ResumeChanges {
  /** As many as the run has, or more. Not with the cosine schedule: every rate of it depends on the number of epochs. */
  readonly epochs?: number | undefined;
  /** As in TrainConfig. */
  readonly threads?: number | undefined;
  /** As in TrainConfig. */
  readonly wide?: boolean | undefined;
  /** The engine that trained so far, or `auto`, which is that one too. */
  readonly engine?: EngineChoice | undefined;
  /** Where the data is now; its content must be the same. */
  readonly data?: string | undefined;
}

/** The configuration of `record` with `changes`. Throws CONFIG_INVALID for a change that would have changed earlier steps. */
export function changeConfig(record: RunRecord, changes: ResumeChanges): TrainConfig {
  const { config } = record;
  const { epochs = config.epochs, threads = config.threads, wide = config.wide, data = config.data } = changes;
  requireSameEngine(record, changes.engine);
  if (epochs < config.epochs) {
    throw new FerError(
      'CONFIG_INVALID',
      `epochs: expected ${config.epochs} or more, as the run has; got ${epochs}. To end it sooner, interrupt it.`,
    );
  }
  if (epochs !== config.epochs && config.schedule === 'cosine') {
    throw new FerError(
      'CONFIG_INVALID',
      `epochs: expected ${config.epochs}; got ${epochs}. The cosine schedule spreads its rates over all epochs of the run, so ` +
        `a longer one would have differed from the first step on. Start a new run.`,
    );
  }
  return resolveTrainConfig({ ...config, epochs, threads, wide, data });
}

/** Engines round differently: a run is repeatable only as long as one of them makes all of it. */
function requireSameEngine({ engine: { name } }: RunRecord, asked: EngineChoice = 'auto'): void {
  if (asked === 'auto' || asked === name) return;
  throw new FerError(
    'CONFIG_INVALID',
    `engine: expected ${name}, which trained the run so far; got ${asked}. With another one the weights would be those of neither. ` +
      `Resume without --engine, or begin a new run with these weights: --init.`,
  );
}

/**
 * What the run began with or, behind `state`, what it has come to. The model file of a run that began with one is not needed any more
 * once there is a state. Throws RUN_INVALID when it is, and is another one.
 */
export async function restoreStart(
  config: TrainConfig,
  { data, init }: RunRecord,
  state: TrainingState | undefined,
): Promise<Start> {
  if (state && config.init === null) {
    return { network: buildNetwork(config, data.classNames), weights: state.weights, remarks: [] };
  }
  if (state?.network) {
    return { network: state.network, weights: state.weights, ...(init && { init }), remarks: [] };
  }
  const start = (await openStartingModel(config)).forClasses(data.classNames);
  if (init?.hash === start.init?.hash) return start;
  throw new FerError(
    'RUN_INVALID',
    `Expected the model that the run began with, weights ${init?.hash}; ${config.init} has ${start.init?.hash}. ` +
      'Bring the original back, or start a new run.',
  );
}

/** Throws DATA_INVALID when the data or the sample weights are not what the run began with. */
export function requireSameData({ data: old }: RunRecord, now: DataRecord): void {
  requireSameFile('the data', old, now);
  if (old.sampleWeights && now.sampleWeights) {
    requireSameFile('the sample weights', old.sampleWeights, now.sampleWeights);
  }
}

function requireSameFile(what: string, old: { hash: string }, now: { path: string; hash: string }): void {
  if (old.hash === now.hash) return;
  throw new FerError(
    'DATA_INVALID',
    `Expected ${what} that the run began with, SHA-256 ${old.hash}; ${now.path} has ${now.hash}. ` +
      'Name the original file, or start a new run.',
  );
}

/** Throws RUN_INVALID when the run ended with a loss that is no number. */
export function requireNotDiverged({ status, config }: RunRecord, runFolder: string): void {
  if (status !== 'diverged') return;
  throw new FerError(
    'RUN_INVALID',
    `The run in ${runFolder} diverged, and resuming would repeat it to the bit. ` +
      `Start a new run with a learning rate below ${config.learningRate}.`,
  );
}

/** Warns when another toolkit, Node or platform trained last: only the same three give the same bits. */
export function warnOfOtherVersions({ versions, resumed = [] }: RunRecord, listener: TrainingListener): void {
  const before = describeVersions(resumed.at(-1)?.versions ?? versions);
  const now = describeVersions(versionsNow());
  if (before === now) return;
  const message = `The run was trained with ${before} so far, this is ${now}: the weights may differ in their last bits.`;
  listener({ type: 'warning', message });
}

/** Warns when the engine computed on another device so far. */
export function warnOfOtherDevice(old: RunRecord, now: RunRecord, listener: TrainingListener): void {
  const [before, device] = [old.engine.device, now.engine.device];
  if (before === undefined || device === undefined || before === device) return;
  const message = `The run was trained on ${before} so far, this is ${device}: the weights may differ in their last bits.`;
  listener({ type: 'warning', message });
}

function describeVersions({ fer, node, platform }: Versions): string {
  return `fer ${fer} on Node ${node}, ${platform}`;
}

/** Says that nothing is left to train, and what to do for more. */
export function describeEnd(runFolder: string, record: RunRecord, reason: 'finished' | 'early-stopping'): string {
  const { config, epochs } = record;
  const all = epochs === 1 ? 'one epoch' : `${epochs} epochs`;
  const advice = {
    'early-stopping': `has stopped early after epoch ${epochs}. For more, start a run with more patience.`,
    finished: `has finished its ${all}. For more, ${config.schedule === 'cosine' ? 'start a new run' : 'resume it with more epochs'}.`,
  };
  return `Nothing is left to train: the run in ${runFolder} ${advice[reason]}`;
}
