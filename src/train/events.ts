/** What a training run says while it runs: one union, one listener; a bar, JSON lines and silence are three listeners. */

/** One line of history.csv. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly learningRate: number;
  /** Wall time of the epoch, validation included. */
  readonly elapsedMs: number;
}

export type TrainingEvent =
  | {
      type: 'start';
      /** The run folder. */
      run: string;
      epochs: number;
      /** 1, or where a resumed run goes on. */
      firstEpoch: number;
      /** Images an epoch trains on, synthetic ones included. */
      trainingCount: number;
      validationCount: number;
      batchesPerEpoch: number;
      parameters: number;
      engine: string;
      threads: number;
      /** What the engine computes on; absent for `wasm`. */
      device?: string;
    }
  | {
      type: 'batch';
      epoch: number;
      /** Batches done in this epoch, from 1. */
      batch: number;
      batches: number;
      /** Running means over the epoch so far. */
      loss: number;
      accuracy: number;
      imagesPerSecond: number;
      /** Until this epoch's last batch. */
      remainingMs: number;
    }
  | {
      type: 'epoch';
      record: EpochRecord;
      /** The lowest validation loss so far: these weights are kept. */
      best: boolean;
      /** Epochs since the best one; 0 when this is it. */
      sinceBest: number;
      /** Until the last epoch, at the mean pace so far. */
      remainingMs: number;
    }
  /** The state is on disk: what resuming goes on with, `batch` batches into `epoch`. */
  | { type: 'checkpoint'; epoch: number; batch: number }
  | { type: 'warning'; message: string }
  /** What a person should know, and nothing is wrong with. */
  | { type: 'remark'; message: string }
  | {
      type: 'end';
      reason: TrainingEnd;
      /** 0 when no epoch has finished: there is no model yet. */
      bestEpoch: number;
      /** Training time, all parts of an interrupted run together. */
      elapsedMs: number;
    };

/** How a run can end without an error. */
export type TrainingEnd = 'finished' | 'early-stopping' | 'interrupted';

export type TrainingListener = (event: TrainingEvent) => void;
