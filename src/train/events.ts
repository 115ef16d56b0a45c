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
      run: string;
      epochs: number;
      firstEpoch: number;
      trainingCount: number;
      validationCount: number;
      batchesPerEpoch: number;
      parameters: number;
      engine: string;
      threads: number;
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
      remainingMs: number;
    }
  | { type: 'epoch'; record: EpochRecord; best: boolean; sinceBest: number; remainingMs: number }
  | { type: 'checkpoint'; epoch: number; batch: number }
  | { type: 'warning'; message: string }
  | { type: 'end'; reason: 'finished' | 'early-stopping' | 'interrupted'; bestEpoch: number; elapsedMs: number };

export type TrainingListener = (event: TrainingEvent) => void;
