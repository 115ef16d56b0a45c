/** What the loss of a batch compares the outputs with, checked and written into the arrays of whoever computes it. */
import { LayersWasmError } from '../errors.js';
import type { Batch } from '../types.js';

/** Rows for as many samples as fit in; those of the batch are written. */
export interface TargetArrays {
  /** Class per sample: [count]. */
  readonly labels: Int32Array;
  /** Target probabilities: [count, classes]. */
  readonly targets: Float32Array;
  /** Factor of each sample's loss: [count]. */
  readonly sampleWeights: Float32Array;
}

/** A batch but for its images, which an executor may take in a kind of its own. */
export type AnsweredBatch = Omit<Batch, 'images'>;

export interface TargetOptions {
  /** Outputs per sample. */
  readonly classes: number;
  /** Share of each target that is spread evenly over all classes. */
  readonly labelSmoothing: number;
}

/** Throws ARGUMENT_INVALID unless `count` samples of `size` values each are there and fit into a batch. */
export function demandImages(
  images: { readonly length: number },
  count: number,
  { size, batchSize }: { size: number; batchSize: number },
): void {
  if (!Number.isInteger(count) || count < 1 || count > batchSize) {
    throw invalid(`count must be a whole number from 1 to ${batchSize}, got ${count}.`);
  }
  if (images.length >= count * size) return;
  const expected = `${count} images of ${size} values, ${count * size} in all`;
  throw invalid(`images must hold ${expected}, got ${images.length}.`);
}

/** Fills `arrays` for the samples of `batch`. Throws ARGUMENT_INVALID, naming the first value that does not fit. */
export function writeTargets(batch: AnsweredBatch, options: TargetOptions, arrays: TargetArrays): void {
  const { targets, count } = batch;
  writeLabels(batch, options, arrays.labels);
  if (targets) writeProbabilities({ targets, count }, options, arrays.targets);
  else writeOneHot(batch, options, arrays.targets);
  writeSampleWeights(batch, arrays.sampleWeights);
}

function writeLabels({ labels, count }: AnsweredBatch, { classes }: TargetOptions, memory: Int32Array): void {
  for (let i = 0; i < count; i++) {
    const label = labels[i] ?? NaN;
    if (!(label < classes)) {
      throw invalid(`labels[${i}] must be a class from 0 to ${classes - 1}, got ${label}.`);
    }
    memory[i] = label;
  }
}

/** `t (1 - smoothing) + smoothing / classes`, as in Keras. */
function writeProbabilities(
  { targets, count }: { targets: Float32Array; count: number },
  { classes, labelSmoothing }: TargetOptions,
  memory: Float32Array,
): void {
  if (targets.length !== count * classes) {
    const expected = `${count} rows of ${classes} probabilities, ${count * classes} in all`;
    throw invalid(`targets must hold ${expected}, got ${targets.length}.`);
  }
  targets.forEach((target, i) => {
    if (!(target >= 0 && target < Infinity)) {
      throw invalid(`targets[${i}] must be a finite number of at least 0, got ${target}.`);
    }
    memory[i] = target * (1 - labelSmoothing) + labelSmoothing / classes;
  });
}

function writeOneHot(
  { labels, count }: AnsweredBatch,
  { classes, labelSmoothing }: TargetOptions,
  memory: Float32Array,
): void {
  memory.fill(labelSmoothing / classes, 0, count * classes);
  for (let i = 0; i < count; i++) memory[i * classes + labels[i]!] = 1 - labelSmoothing + labelSmoothing / classes;
}

function writeSampleWeights({ sampleWeights, count }: AnsweredBatch, memory: Float32Array): void {
  if (sampleWeights && sampleWeights.length < count) {
    throw invalid(`sampleWeights must hold ${count} values, got ${sampleWeights.length}.`);
  }
  if (sampleWeights) memory.set(sampleWeights.subarray(0, count));
  else memory.fill(1, 0, count);
}

function invalid(message: string): LayersWasmError {
  return new LayersWasmError('ARGUMENT_INVALID', message);
}
