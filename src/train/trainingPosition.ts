/** Where a run stands between two training steps, as plain JSON, and how steps and validations move it. No tensors, no files. */
import type { CardMetric } from '../model/modelFile.js';
import type { TrainConfig } from './config.js';
import { EarlyStopping, type EarlyStoppingState } from './earlyStopping.js';
import { addStep, meansOf, noSums, type EpochSums, type MeasuredStep } from './epochSums.js';
import type { EpochRecord } from './events.js';
import { constantRate, cosineRate, Plateau, type PlateauState } from './schedule.js';

export interface TrainingPosition {
  /** The epoch to go on with, from 1; past the last one when all are done. */
  readonly epoch: number;
  /** Batches done in that epoch. */
  readonly batch: number;
  /** Sums over those batches. */
  readonly sums: EpochSums;
  /** Time of the epochs before this one. */
  readonly elapsedMs: number;
  readonly earlyStopping: EarlyStoppingState;
  /** Null unless the schedule is `plateau`. */
  readonly plateau: PlateauState | null;
  /** One record per finished epoch. */
  readonly history: readonly EpochRecord[];
  /** Validation metric of the best weights; null before the first validation. */
  readonly bestMetric: CardMetric | null;
}

/** What validation found after an epoch. */
export interface MeasuredValidation {
  readonly metric: CardMetric;
  /** Cross-entropy plus the L2 penalty: what selects, as in Keras. */
  readonly loss: number;
  readonly elapsedMs: number;
}

/** Before the first step. */
export function firstPosition(config: TrainConfig): TrainingPosition {
  return {
    epoch: 1,
    batch: 0,
    sums: noSums,
    elapsedMs: 0,
    earlyStopping: new EarlyStopping(config).state,
    plateau: config.schedule === 'plateau' ? plateauOf(config).state : null,
    history: [],
    bestMetric: null,
  };
}

/** The learning rate of the step that comes next. */
export function nextRate(config: TrainConfig, position: TrainingPosition, batchesPerEpoch: number): number {
  const step = (position.epoch - 1) * batchesPerEpoch + position.batch;
  const options = {
    learningRate: position.plateau?.rate ?? config.learningRate,
    minimumLearningRate: config.minimumLearningRate,
    warmupSteps: Math.round(config.warmupEpochs * batchesPerEpoch),
    totalSteps: config.epochs * batchesPerEpoch,
  };
  return config.schedule === 'cosine' ? cosineRate(step, options) : constantRate(step, options);
}

/** The epoch of the last step; 0 before the first. */
export function lastEpochTrained({ epoch, batch }: TrainingPosition): number {
  return batch > 0 ? epoch : epoch - 1;
}

/** One batch further in the same epoch. */
export function afterStep(position: TrainingPosition, step: MeasuredStep): TrainingPosition {
  return { ...position, batch: position.batch + 1, sums: addStep(position.sums, step) };
}

/** The epoch closed with its validation, at the start of the next; `best` says whether its loss is the lowest so far. */
export function afterEpoch(
  config: TrainConfig,
  position: TrainingPosition,
  validation: MeasuredValidation,
): { position: TrainingPosition; record: EpochRecord; best: boolean } {
  const { epoch, sums, history, elapsedMs, bestMetric } = position;
  const record: EpochRecord = {
    epoch,
    ...meansOf(sums),
    validationLoss: validation.loss,
    validationAccuracy: validation.metric.accuracy,
    learningRate: sums.learningRate,
    elapsedMs: Math.round(sums.elapsedMs + validation.elapsedMs),
  };
  const earlyStopping = new EarlyStopping(config, position.earlyStopping);
  const { best } = earlyStopping.observe(epoch, validation.loss);
  const plateau = position.plateau && plateauOf(config, position.plateau);
  plateau?.observe(validation.loss);
  const next: TrainingPosition = {
    epoch: epoch + 1,
    batch: 0,
    sums: noSums,
    elapsedMs: elapsedMs + record.elapsedMs,
    earlyStopping: epoch + 1 === config.unfreezeAt ? { ...earlyStopping.state, wait: 0 } : earlyStopping.state,
    plateau: plateau?.state ?? null,
    history: [...history, record],
    bestMetric: best ? validation.metric : bestMetric,
  };
  return { position: next, record, best };
}

/** Training time so far, in whole milliseconds. */
export function elapsedMsOf({ elapsedMs, sums }: TrainingPosition): number {
  return Math.round(elapsedMs + sums.elapsedMs);
}

/** Why no epoch is left to train; undefined while one is. */
export function endOf(config: TrainConfig, position: TrainingPosition): 'finished' | 'early-stopping' | undefined {
  if (position.epoch > config.epochs) return 'finished';
  if (position.epoch <= config.unfreezeAt) return undefined; // the layers that wait have not had their turn
  return new EarlyStopping(config, position.earlyStopping).exhausted ? 'early-stopping' : undefined;
}

function plateauOf(config: TrainConfig, state?: PlateauState): Plateau {
  return new Plateau({ ...config, factor: config.plateauFactor, patience: config.plateauPatience }, state);
}
