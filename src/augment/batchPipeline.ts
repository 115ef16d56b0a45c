/** Shuffled, augmented, scaled training batches, prepared in worker threads ahead of the training step. */
import { Worker } from 'node:worker_threads';
import type { Dataset } from '../data/dataset.js';
import { FerError } from '../errors.js';
import { standardScaling, type Scaling } from '../scaling.js';
import { resolveAugmentConfig, type AugmentConfig } from './augmentConfig.js';
import { BatchControl } from './batchControl.js';
import { createSlotMemory, shareBytes, viewSlot, type BatchWorkerData, type SlotShape } from './batchMemory.js';
import { shareLossWeights } from './lossWeights.js';
import type { BatchSlot } from './prepareBatch.js';
import { requireTrainingRows } from './trainingRows.js';

export interface BatchPipelineOptions {
  /** The Training rows, and no others. */
  readonly dataset: Dataset;
  /** Images per batch, at least 1; the last batch of an epoch may be shorter. */
  readonly batchSize: number;
  /** Seed of the order and of the augmentation. */
  readonly seed: number;
  readonly augment: AugmentConfig;
  /** How grey levels become inputs of the network; default `standardScaling`. */
  readonly scaling?: Scaling;
  /** Hand out grey levels as bytes, augmented ones rounded to whole levels, for whoever scales them; `scaling` does nothing then. */
  readonly bytes?: boolean;
  /** Factor of the loss per class, handed on as sample weights: [classes]. */
  readonly classWeights?: Float32Array;
  /** Factor of the loss per image: [count]; multiplied with that of its class. */
  readonly sampleWeights?: Float32Array;
  /** Threads that prepare batches, 1 to 64; default 1. The batches do not depend on it. */
  readonly workers?: number;
  /** False visits the images in file order. */
  readonly shuffle: boolean;
}

/** One batch in the pipeline's memory: valid until the next one is asked for. */
export interface PreparedBatch {
  /** Scaled pixels or, where bytes are wanted, grey levels: [count, height, width, 1]. */
  readonly images: Float32Array | Uint8Array;
  /** Class index per image: [count]; with mixup the class with the largest share of the target. */
  readonly labels: Uint8Array;
  readonly count: number;
  /** Factor of each image's loss: [count]; only with class weights or sample weights. */
  readonly sampleWeights?: Float32Array;
  /** Target probabilities: [count, classes]; only with mixup. */
  readonly targets?: Float32Array;
}

export interface BatchPipeline {
  readonly batchesPerEpoch: number;
  /**
   * The batches of `epoch` (any whole number from 0) from `firstBatch` (0 .. batchesPerEpoch) on, one iteration at a time.
   * The same arguments give the same bytes, whatever came before and however many workers there are; an iteration may be
   * left early. Throws FerError ENGINE_UNAVAILABLE if a worker has died.
   */
  batches(epoch: number, firstBatch?: number): AsyncIterable<PreparedBatch>;
  /** Ends the workers, which keep the process alive until then; an iteration that still waits throws. */
  close(): Promise<void>;
}

/** Batches that may lie ready: at 1 ms a batch and 50 ms a step far more than a step needs. */
const slotCount = 6;

/**
 * Copies the images to shared memory, once for all workers, and starts the workers.
 * Throws FerError CONFIG_INVALID for options out of range or rows that are not Training rows, ENGINE_UNAVAILABLE when there is
 * too little memory for the batch size.
 */
export function createBatchPipeline(options: BatchPipelineOptions): BatchPipeline {
  return new WorkerBatchPipeline(resolveOptions(options));
}

class WorkerBatchPipeline implements BatchPipeline {
  readonly batchesPerEpoch: number;
  private readonly weighted: boolean;
  private readonly count: number;
  private readonly shape: SlotShape;
  private readonly control: BatchControl;
  private readonly slots: readonly BatchSlot[];
  private readonly workers: readonly Worker[];
  /** Where batch number 0 of the current run lies, in batches since the first of epoch 0; -1 before the first run. */
  private runStart = -1;
  /** The number of the next batch to be handed out. */
  private next = 0;
  private iterating = false;
  private failure: Error | undefined;

  constructor(options: ResolvedOptions) {
    const { dataset, batchSize, workers, seed, shuffle, augment, bytes } = options;
    const scaling = bytes ? 'none' : options.scaling;
    const { count, height, width } = dataset;
    const classes = dataset.classNames.length;
    const lossWeights = shareLossWeights(dataset.labels, options);
    this.count = count;
    this.shape = { batchSize, area: height * width, targetSize: augment.mixup > 0 ? classes : 0, bytes };
    this.weighted = lossWeights !== undefined;
    this.batchesPerEpoch = Math.ceil(count / batchSize);
    this.control = new BatchControl({ slots: slotCount, workers });
    const slotMemory = createSlotMemory(this.shape, { height, width, slots: slotCount, workers });
    this.slots = Array.from({ length: slotCount }, (_, slot) => viewSlot(slotMemory, this.shape, slot));
    const forAll: Omit<BatchWorkerData, 'worker'> = {
      ...{
        workers,
        slots: slotCount,
        batchSize,
        count,
        height,
        width,
        seed,
        shuffle,
        augment,
        scaling,
        classes,
        lossWeights,
      },
      slotShape: this.shape,
      control: this.control.memory,
      pixels: shareBytes(dataset.pixels),
      labels: shareBytes(dataset.labels),
      slotMemory,
    };
    this.workers = Array.from({ length: workers }, (_, worker) => this.startWorker({ ...forAll, worker }));
  }

  batches(epoch: number, firstBatch = 0): AsyncIterable<PreparedBatch> {
    if (!Number.isInteger(epoch) || epoch < 0)
      throw new RangeError(`epoch must be a whole number from 0, got ${epoch}.`);
    if (!Number.isInteger(firstBatch) || firstBatch < 0 || firstBatch > this.batchesPerEpoch) {
      throw new RangeError(`firstBatch must be 0 to ${this.batchesPerEpoch}, got ${firstBatch}.`);
    }
    return this.iterate(epoch, firstBatch);
  }

  async close(): Promise<void> {
    this.fail(new Error('The batch pipeline is closed.'));
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private async *iterate(epoch: number, firstBatch: number): AsyncGenerator<PreparedBatch> {
    if (this.iterating) throw new Error('One iteration of a batch pipeline at a time: end the other one first.');
    this.iterating = true;
    try {
      await this.seek(epoch * this.batchesPerEpoch + firstBatch);
      for (let batch = firstBatch; batch < this.batchesPerEpoch; batch++) {
        await this.control.whenReady(this.next, this.check);
        try {
          yield this.view(batch);
        } finally {
          this.next += 1;
          this.control.release(this.next);
        }
      }
    } finally {
      this.iterating = false;
    }
  }

  /** Lets the workers begin at `position`, unless it is what they prepare next anyway. */
  private async seek(position: number): Promise<void> {
    this.check();
    if (this.runStart !== -1 && position === this.runStart + this.next) return;
    await this.control.stop(this.check);
    this.control.start(Math.floor(position / this.batchesPerEpoch), position % this.batchesPerEpoch);
    this.runStart = position;
    this.next = 0;
  }

  private view(batch: number): PreparedBatch {
    const slot = this.slots[this.next % slotCount]!;
    const { batchSize, area, targetSize } = this.shape;
    const count = Math.min(batchSize, this.count - batch * batchSize);
    return {
      images: (slot.levels ?? slot.images).subarray(0, count * area),
      labels: slot.labels.subarray(0, count),
      count,
      ...(this.weighted && { sampleWeights: slot.sampleWeights.subarray(0, count) }),
      ...(targetSize > 0 && { targets: slot.targets.subarray(0, count * targetSize) }),
    };
  }

  private startWorker(workerData: BatchWorkerData): Worker {
    const worker = new Worker(new URL('./batchWorker.js', import.meta.url), { workerData, execArgv: [] });
    const died = (reason: string, cause?: unknown) => {
      const which = `batch worker ${workerData.worker + 1} of ${workerData.workers}`;
      const message = `Training batches can no longer be prepared: ${which} ${reason}. Train again or resume the run.`;
      this.fail(new FerError('ENGINE_UNAVAILABLE', message, { cause }));
    };
    worker.on('error', (cause: Error) => died(`failed with "${cause.message}"`, cause));
    worker.on('exit', (code) => died(`ended with exit code ${code}`));
    return worker;
  }

  /** Keeps the first failure, and wakes the iteration so that it throws it. */
  private fail(failure: Error): void {
    this.failure ??= failure;
    this.control.wakeWaiting();
  }

  private readonly check = (): void => {
    if (this.failure) throw this.failure;
  };
}

type WeightOption = 'classWeights' | 'sampleWeights';
type ResolvedOptions = Required<Omit<BatchPipelineOptions, WeightOption>> & Pick<BatchPipelineOptions, WeightOption>;

function resolveOptions(options: BatchPipelineOptions): ResolvedOptions {
  const resolved = {
    workers: 1,
    scaling: standardScaling,
    bytes: false,
    ...options,
    augment: resolveAugmentConfig(options.augment),
  };
  const { dataset, batchSize, workers, seed, classWeights, sampleWeights } = resolved;
  const classes = dataset.classNames.length;
  requireThat(
    Number.isInteger(batchSize) && batchSize >= 1,
    `batchSize must be a whole number from 1, got ${batchSize}`,
  );
  requireThat(Number.isInteger(workers) && workers >= 1 && workers <= 64, `workers must be 1 to 64, got ${workers}`);
  requireThat(Number.isInteger(seed), `seed must be a whole number, got ${seed}`);
  requireThat(dataset.count > 0, 'the data has no Training rows: check its Usage column');
  requireThat(
    classWeights === undefined || classWeights.length === classes,
    `classWeights must have one number for each of the ${classes} classes, got ${classWeights?.length ?? 0}`,
  );
  requireThat(
    sampleWeights === undefined || sampleWeights.length === dataset.count,
    `sampleWeights must have one number for each of the ${dataset.count} images, got ${sampleWeights?.length ?? 0}`,
  );
  requireTrainingRows(dataset, 'The batch pipeline');
  return resolved;
}

function requireThat(holds: boolean, message: string): void {
  if (!holds) throw new FerError('CONFIG_INVALID', `Cannot prepare batches: ${message}.`);
}
