/** Copies batches into the network's memory, and refuses what does not fit. */
import { outputSize, type MemoryPlan } from '../compiler/memoryPlan.js';
import { LayersWasmError } from '../errors.js';
import type { Batch } from '../types.js';
import type { LinearMemory } from './linearMemory.js';

export interface BatchOptions {
  /** Largest count. */
  readonly batchSize: number;
  readonly labelSmoothing: number;
}

export class BatchMemory {
  /** Outputs per sample. */
  readonly classes: number;
  private readonly imageSize: number;

  constructor(
    private readonly plan: MemoryPlan,
    private readonly memory: LinearMemory,
    private readonly options: BatchOptions,
  ) {
    const { height, width, channels } = plan.graph.input.shape;
    this.imageSize = height * width * channels;
    this.classes = outputSize(plan.graph);
  }

  /** Writes images [count, height, width, channels] and their count; returns the count of chunks. Throws ARGUMENT_INVALID. */
  writeImages(images: Float32Array, count: number): number {
    const { batchSize } = this.options;
    if (!Number.isInteger(count) || count < 1 || count > batchSize) {
      throw invalid(`count must be a whole number from 1 to ${batchSize}, got ${count}.`);
    }
    const size = count * this.imageSize;
    if (images.length < size) {
      const expected = `${count} images of ${this.imageSize} values, ${size} in all`;
      throw invalid(`images must hold ${expected}, got ${images.length}.`);
    }
    this.memory.floats(this.plan.input, size).set(images.subarray(0, size));
    const { control, chunkSize } = this.plan;
    const chunks = Math.ceil(count / chunkSize);
    this.memory.words(control.count, 1)[0] = count;
    this.memory.words(control.chunks, 1)[0] = chunks;
    return chunks;
  }

  /** Writes what the loss compares the outputs with. Throws ARGUMENT_INVALID, naming the first value that does not fit. */
  writeTargets(batch: Batch): void {
    const { targets, count } = batch;
    this.writeLabels(batch);
    if (targets) this.writeProbabilities(targets, count);
    else this.writeOneHot(batch);
    this.writeSampleWeights(batch);
  }

  private writeLabels({ labels, count }: Batch): void {
    const target = this.memory.words(this.plan.labels, count);
    for (let i = 0; i < count; i++) {
      const label = labels[i] ?? NaN;
      if (!(label < this.classes)) {
        throw invalid(`labels[${i}] must be a class from 0 to ${this.classes - 1}, got ${label}.`);
      }
      target[i] = label;
    }
  }

  /** `t (1 - smoothing) + smoothing / classes`, as in Keras. */
  private writeProbabilities(targets: Float32Array, count: number): void {
    const { classes } = this;
    const { labelSmoothing } = this.options;
    if (targets.length !== count * classes) {
      const expected = `${count} rows of ${classes} probabilities, ${count * classes} in all`;
      throw invalid(`targets must hold ${expected}, got ${targets.length}.`);
    }
    const memory = this.memory.floats(this.plan.targets, targets.length);
    targets.forEach((target, i) => {
      if (!(target >= 0 && target < Infinity)) {
        throw invalid(`targets[${i}] must be a finite number of at least 0, got ${target}.`);
      }
      memory[i] = target * (1 - labelSmoothing) + labelSmoothing / classes;
    });
  }

  private writeOneHot({ labels, count }: Batch): void {
    const { classes } = this;
    const { labelSmoothing } = this.options;
    const memory = this.memory.floats(this.plan.targets, count * classes).fill(labelSmoothing / classes);
    for (let i = 0; i < count; i++) memory[i * classes + labels[i]!] = 1 - labelSmoothing + labelSmoothing / classes;
  }

  private writeSampleWeights({ sampleWeights, count }: Batch): void {
    const memory = this.memory.floats(this.plan.sampleWeights, count);
    if (sampleWeights && sampleWeights.length < count) {
      throw invalid(`sampleWeights must hold ${count} values, got ${sampleWeights.length}.`);
    }
    if (sampleWeights) memory.set(sampleWeights.subarray(0, count));
    else memory.fill(1);
  }
}

function invalid(message: string): LayersWasmError {
  return new LayersWasmError('ARGUMENT_INVALID', message);
}
