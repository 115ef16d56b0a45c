/** Trains a model from a configuration into a run folder, and goes on with a run that was interrupted. */
import { availableParallelism } from 'node:os';
import { chooseEngine, type ChosenEngine } from '../engine/chooseEngine.js';
import { FerError } from '../errors.js';
import { countParameters } from '../model/describeLayers.js';
import { inputShapeOf } from '../model/layerShapes.js';
import type { CardMetric } from '../model/modelFile.js';
import type { TrainConfig } from './config.js';
import type { EpochRecord, TrainingEnd, TrainingListener } from './events.js';
import { locateData } from './locateData.js';
import {
  changeConfig,
  describeEnd,
  requireNotDiverged,
  requireSameData,
  restoreStart,
  warnOfOtherDevice,
  warnOfOtherVersions,
  type ResumeChanges,
} from './resume.js';
import { openRunFolder, readRunRecord, readState, writeOutcome } from './runFolder.js';
import { neededBytes, requireNoRun, requireSpace, requireWritable } from './runFolderChecks.js';
import { beginRecord, resumeRecord, updateRecord, type Beginning, type RunRecord } from './runRecord.js';
import { planStages } from './stages.js';
import { openStartingModel, type Start } from './startingModel.js';
import { loadTrainingData } from './trainingData.js';
import { elapsedMsOf, endOf, type TrainingPosition } from './trainingPosition.js';
import { TrainingRun, type TrainingRunOptions } from './trainingRun.js';

export type { ResumeChanges } from './resume.js';

export interface TrainingOptions {
  /** Told of everything as it happens. */
  readonly listener: TrainingListener;
  /** Aborting it saves the state and ends the run as `interrupted`. */
  readonly signal?: AbortSignal;
}

export interface TrainingResult {
  readonly runFolder: string;
  /** Path of the CSV, as the configuration names it. */
  readonly data: string;
  readonly reason: TrainingEnd;
  readonly history: readonly EpochRecord[];
  /** Epoch of the weights in the run folder, from 1; 0 when no epoch has finished and there is no model. */
  readonly bestEpoch: number;
  /** Of those weights; undefined when there are none. */
  readonly metric: CardMetric | undefined;
  /** Training time, all parts of an interrupted run together. */
  readonly elapsedMs: number;
}

/**
 * Trains `config`, as `resolveTrainConfig` made it, into the new run folder. Training rows train, PublicTest rows select; the
 * folder ends with the weights of the lowest validation loss, whatever ended the run.
 *
 * Throws before the first step: WRITE_FAILED, RUN_EXISTS (also when another process trains there), DATA_NOT_FOUND, DATA_INVALID,
 * MODEL_NOT_FOUND and MODEL_INVALID of a model to begin with, CONFIG_INVALID (what does not fit that model, patterns that match no
 * layer), MODEL_UNSUPPORTED, ENGINE_UNAVAILABLE (an engine that cannot run here, too little memory for the batch size). While training: TRAINING_DIVERGED, WRITE_FAILED;
 * the best weights and the last state stay in the folder.
 */
export async function train(
  config: TrainConfig,
  { runFolder, ...options }: TrainingOptions & { readonly runFolder: string },
): Promise<TrainingResult> {
  await requireWritable(runFolder);
  await requireNoRun(runFolder);
  const chosen = await chooseEngine(config.engine);
  const model = await openStartingModel(config);
  const data = await loadTrainingData(config, model.inputSize);
  const start = model.forClasses(data.record.classNames);
  const parameters = countParameters(start.network);
  await requireSpace(runFolder, neededBytes(parameters));

  const record = beginRecord(config, data.record, { ...beginningOf(config, start, chosen), parameters });
  return runToEnd({ folder: runFolder, record, start, data, chosen, state: undefined, ...options });
}

/**
 * Goes on with the run in `runFolder` where its last state is, to the bit as if it had never stopped, and brings all its files
 * up to date. A run that has ended is only brought up to date; a warning says so.
 *
 * Throws RUN_INVALID when there is no run, it is damaged or it diverged, CONFIG_INVALID for changes that cannot be made,
 * DATA_NOT_FOUND when the data is gone, DATA_INVALID when it is not the same, and as `train` does.
 */
export async function resumeTraining(
  runFolder: string,
  { changes = {}, ...options }: TrainingOptions & { readonly changes?: ResumeChanges },
): Promise<TrainingResult> {
  const old = await readRunRecord(runFolder);
  const state = await readState(runFolder);
  const config = changeConfig(old, changes);
  const start = await restoreStart(config, old, state);
  const { network } = start;
  await requireWritable(runFolder);
  await requireSpace(runFolder, neededBytes(old.parameters));

  const reason = state && endOf(config, state.position);
  if (reason) {
    const { position, bestWeights } = state;
    const record = updateRecord(old, position, reason);
    const unlock = await openRunFolder(runFolder);
    await writeOutcome(runFolder, { record, position, network, bestWeights }).finally(unlock);
    options.listener({ type: 'warning', message: describeEnd(runFolder, record, reason) });
    return resultOf(runFolder, record, { reason, position });
  }

  requireNotDiverged(old, runFolder);
  const [inputSize = 0] = inputShapeOf(network);
  const chosen = await chooseEngine(old.engine.name);
  const located = await locateData(config, old, { named: changes.data !== undefined });
  const data = await loadTrainingData(located, inputSize);
  requireSameData(old, data.record);
  const { parameters } = old;
  const begun = beginRecord(located, data.record, { ...beginningOf(config, start, chosen), parameters });
  const record = resumeRecord(old, begun, state?.position.epoch ?? 1);
  warnOfOtherVersions(old, options.listener);
  warnOfOtherDevice(old, record, options.listener);
  return runToEnd({ folder: runFolder, record, start, data, chosen, state, ...options });
}

/** Trains epoch after epoch until none is left or the signal is aborted. */
async function runToEnd(options: TrainingRunOptions): Promise<TrainingResult> {
  const { folder, signal, listener } = options;
  const run = await TrainingRun.open(options);
  let unlock: (() => Promise<void>) | undefined;
  try {
    unlock = await openRunFolder(folder);
    await run.begin();
    while (endOf(run.config, run.position) === undefined && !signal?.aborted) {
      await run.trainEpoch();
      if (run.position.batch === run.batchesPerEpoch) await run.finishEpoch();
    }
    const reason = endOf(run.config, run.position) ?? 'interrupted';
    if (reason === 'interrupted') await run.interrupt();
    const result = resultOf(folder, options.record, { reason, position: run.position });
    listener({ type: 'end', reason, bestEpoch: result.bestEpoch, elapsedMs: result.elapsedMs });
    return result;
  } catch (error) {
    if (error instanceof FerError && error.code === 'TRAINING_DIVERGED') await run.write('diverged');
    throw error;
  } finally {
    await Promise.all([run.close(), unlock?.()]);
  }
}

/** What run.json tells of the model and of where it trains. */
function beginningOf(
  config: TrainConfig,
  { network, init }: Start,
  { name, device }: ChosenEngine,
): Omit<Beginning, 'parameters'> {
  const threads = config.threads === 0 ? availableParallelism() : config.threads;
  const record = { name, threads, ...(device !== undefined && { device }) };
  return { engine: record, frozenLayers: planStages(config, network).frozen, ...(init && { init }) };
}

function resultOf(
  runFolder: string,
  { config }: RunRecord,
  { reason, position }: { reason: TrainingEnd; position: TrainingPosition },
): TrainingResult {
  const { history, earlyStopping, bestMetric } = position;
  return {
    runFolder,
    data: config.data,
    reason,
    history,
    bestEpoch: earlyStopping.bestEpoch,
    metric: bestMetric ?? undefined,
    elapsedMs: elapsedMsOf(position),
  };
}
