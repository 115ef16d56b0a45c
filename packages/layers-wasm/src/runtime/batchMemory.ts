/** Copies batches into the network's memory, and refuses what does not fit. */
import { outputSize, type MemoryPlan } from '../compiler/memoryPlan.js';
import { demandKind } from '../kinds.js';
import { demandImages, writeTargets } from '../training/targets.js';
import type { Batch } from '../types.js';
import type { LinearMemory, MemoryViews } from './linearMemory.js';

export interface BatchOptions {
  /** Largest count. */
  readonly batchSize: number;
  readonly labelSmoothing: number;
}

export class BatchMemory {
  /** Outputs per sample. */
  readonly classes: number;
  /** Floats of one image, and the largest count. */
  private readonly limits: { readonly size: number; readonly batchSize: number };
  /** Elements of the memory's views: where images begin, and the batch's samples and chunks stand. */
  private readonly places: { readonly images: number; readonly count: number; readonly chunks: number };

  constructor(
    private readonly plan: MemoryPlan,
    private readonly memory: LinearMemory,
    private readonly options: BatchOptions,
  ) {
    const { height, width, channels } = plan.graph.input.shape;
    this.limits = { size: height * width * channels, batchSize: options.batchSize };
    const { input, control } = plan;
    this.places = { images: input / 4, count: control.count / 4, chunks: control.chunks / 4 };
    this.classes = outputSize(plan.graph);
  }

  /** Writes images [count, height, width, channels] and their count to `views`; returns the count of chunks. Throws ARGUMENT_INVALID. */
  writeImages({ floats, words }: MemoryViews, images: Float32Array, count: number): number {
    const { limits, places } = this;
    // The first question is the quick one; the second knows arrays of other realms too.
    if (!(images instanceof Float32Array)) demandKind('images', images, ['Float32Array']);
    demandImages(images, count, limits);
    const size = count * limits.size;
    floats.set(images.length === size ? images : images.subarray(0, size), places.images);
    const chunks = Math.ceil(count / this.plan.chunkSize);
    words[places.count] = count;
    words[places.chunks] = chunks;
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
