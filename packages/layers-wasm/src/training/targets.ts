/** What the loss of a batch compares the outputs with, checked and written into the arrays of whoever computes it. */
import { argumentInvalid } from '../errors.js';
import type { Batch } from '../types.js';
import { demandKind } from '../kinds.js';

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
    throw argumentInvalid(`count must be a whole number from 1 to ${batchSize}, got ${count}.`);
  }
  if (images.length >= count * size) return;
  const expected = `${count} images of ${size} values, ${count * size} in all`;
  throw argumentInvalid(`images must hold ${expected}, got ${images.length}.`);
}

/** Fills `arrays` for the samples of `batch`. Throws ARGUMENT_INVALID, naming the first value that does not fit. */
export function writeTargets(batch: AnsweredBatch, options: TargetOptions, arrays: TargetArrays): void {
  const { targets, count } = batch;
  writeLabels(batch, options, arrays.labels);
  if (targets !== undefined) writeProbabilities({ targets, count }, options, arrays.targets);
  else writeOneHot(batch, options, arrays.targets);
  writeSampleWeights(batch, arrays.sampleWeights);
}

function writeLabels({ labels, count }: AnsweredBatch, { classes }: TargetOptions, memory: Int32Array): void {
  demandKind('labels', labels, ['Uint8Array', 'Uint16Array', 'Int32Array']);
  if (labels.length < count) throw argumentInvalid(`labels must hold ${count} classes, got ${labels.length}.`);
  for (let i = 0; i < count; i++) {
    const label = labels[i]!;
    if (!(label >= 0 && label < classes)) {
      throw argumentInvalid(`labels[${i}] must be a class from 0 to ${classes - 1}, got ${label}.`);
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
  const size = count * classes;
  demandFactors('targets', targets, {
    length: size,
    rows: `${count} rows of ${classes} probabilities, ${size} in all`,
  });
  for (let i = 0; i < size; i++) memory[i] = targets[i]! * (1 - labelSmoothing) + labelSmoothing / classes;
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
  if (sampleWeights === undefined) {
    memory.fill(1, 0, count);
    return;
  }
  demandFactors('sampleWeights', sampleWeights, { length: count, rows: `${count} values` });
  memory.set(sampleWeights.subarray(0, count));
}

/** One that is negative or no number would make every weight of the network so, in a step or in many. */
function demandFactors(name: string, factors: Float32Array, { length, rows }: { length: number; rows: string }): void {
  demandKind(name, factors, ['Float32Array']);
  if (factors.length < length) throw argumentInvalid(`${name} must hold ${rows}, got ${factors.length}.`);
  for (let i = 0; i < length; i++) {
    const factor = factors[i]!;
    if (factor >= 0 && factor < Infinity) continue;
    throw argumentInvalid(`${name}[${i}] must be a finite number of at least 0, got ${factor}.`);
  }
}
