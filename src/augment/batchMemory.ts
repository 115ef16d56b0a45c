/** The shared memory of a batch pipeline: the training images once, and a ring of batch slots. */
import type { AugmentConfig } from './augmentConfig.js';
import type { BatchSlot } from './prepareBatch.js';

/** All that a batch worker is started with. Structured clone shares the buffers and copies the rest. */
export interface BatchWorkerData {
  /** Its place among the workers, from 0. */
  readonly worker: number;
  readonly workers: number;
  readonly slots: number;
  readonly batchSize: number;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly augment: AugmentConfig;
  readonly classes: number;
  readonly slotShape: SlotShape;
  /** The words of `BatchControl`. */
  readonly control: SharedArrayBuffer;
  /** [count, height, width] bytes. */
  readonly pixels: SharedArrayBuffer;
  /** [count] bytes. */
  readonly labels: SharedArrayBuffer;
  /** [count] float32. */
  readonly lossWeights: SharedArrayBuffer | undefined;
  /** One buffer per slot, as `slotBytes` and `viewSlot` lay it out. */
  readonly slotMemory: readonly SharedArrayBuffer[];
}

/** What decides the size of a slot. */
export interface SlotShape {
  readonly batchSize: number;
  /** Pixels of an image. */
  readonly area: number;
  /** Numbers of a target; 0 when labels say all. */
  readonly targetSize: number;
}

/** Images, targets and weights as float32, labels as bytes. */
export function slotBytes({ batchSize, area, targetSize }: SlotShape): number {
  return batchSize * (4 * (area + targetSize + 1) + 1);
}

/** The four arrays of one slot. */
export function viewSlot(memory: SharedArrayBuffer, { batchSize, area, targetSize }: SlotShape): BatchSlot {
  const targetsAt = 4 * batchSize * area;
  const weightsAt = targetsAt + 4 * batchSize * targetSize;
  const labelsAt = weightsAt + 4 * batchSize;
  return {
    images: new Float32Array(memory, 0, batchSize * area),
    targets: new Float32Array(memory, targetsAt, batchSize * targetSize),
    sampleWeights: new Float32Array(memory, weightsAt, batchSize),
    labels: new Uint8Array(memory, labelsAt, batchSize),
  };
}

/** A copy of `bytes` that every thread can read; no copy if the bytes are shared already. */
export function shareBytes(bytes: Uint8Array): SharedArrayBuffer {
  const { buffer } = bytes;
  if (buffer instanceof SharedArrayBuffer && buffer.byteLength === bytes.length) return buffer;
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}
