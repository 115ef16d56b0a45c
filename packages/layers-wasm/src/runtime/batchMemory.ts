/** Copies batches into the network's memory, and refuses what does not fit. */
import { outputSize, type MemoryPlan } from '../compiler/memoryPlan.js';
import { demandKind } from '../kinds.js';
import { demandImages, writeTargets } from '../training/targets.js';
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
    demandKind('images', images, ['Float32Array']);
    demandImages(images, count, { size: this.imageSize, batchSize: this.options.batchSize });
    const size = count * this.imageSize;
    this.memory.floats(this.plan.input, size).set(images.subarray(0, size));
    const { control, chunkSize } = this.plan;
    const chunks = Math.ceil(count / chunkSize);
    this.memory.words(control.count, 1)[0] = count;
    this.memory.words(control.chunks, 1)[0] = chunks;
    return chunks;
  }

  /** Writes what the loss compares the outputs with. Throws ARGUMENT_INVALID, naming the first value that does not fit. */
  writeTargets(batch: Batch): void {
    const { plan, memory, classes } = this;
    writeTargets(
      batch,
      { classes, labelSmoothing: this.options.labelSmoothing },
      {
        labels: memory.words(plan.labels, batch.count),
        targets: memory.floats(plan.targets, batch.count * classes),
        sampleWeights: memory.floats(plan.sampleWeights, batch.count),
      },
    );
  }
}
