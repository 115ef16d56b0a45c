/** Fills one batch: what a batch worker does, and a test can do without one. */
import { scalePixelsInto } from '../data/scaling.js';
import { Random } from '../random.js';
import { augmentImage, drawAugmentation } from './affine.js';
import type { AugmentConfig } from './augmentConfig.js';

/** Everything a batch is made from besides the choice of its samples. */
export interface BatchSource {
  /** Grey levels 0-255: [count, height, width]. */
  readonly pixels: Uint8Array;
  /** Class index per image: [count]. */
  readonly labels: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly seed: number;
  readonly augment: AugmentConfig;
  /** Factor of the loss per class: [classes]. */
  readonly classWeights: Float32Array | undefined;
}

/** Room for one batch: [batchSize, ...]. */
export interface BatchSlot {
  /** [batchSize, height, width, 1] */
  readonly images: Float32Array;
  /** [batchSize] */
  readonly labels: Uint8Array;
  /** [batchSize]; written only when there are class weights. */
  readonly sampleWeights: Float32Array;
}

/**
 * Writes the images of `samples` [count], augmented and scaled, with labels and weights to the start of `slot`.
 * An image depends on (seed, epoch, sample) only, not on its place in the batch.
 */
export function prepareBatch(source: BatchSource, samples: Uint32Array, to: { epoch: number; slot: BatchSlot }): void {
  const { pixels, height, width, augment, classWeights } = source;
  const { images, labels, sampleWeights } = to.slot;
  const random = new Random(source.seed);
  const area = height * width;
  for (let place = 0; place < samples.length; place++) {
    const sample = samples[place]!;
    const image = { pixels: pixels.subarray(sample * area, (sample + 1) * area), height, width };
    const parameters = drawAugmentation(augment, random.fork(`augment/${to.epoch}/${sample}`));
    augmentImage(image, parameters, images.subarray(place * area, (place + 1) * area));
    const label = source.labels[sample]!;
    labels[place] = label;
    if (classWeights) sampleWeights[place] = classWeights[label]!;
  }
  const filled = images.subarray(0, samples.length * area);
  scalePixelsInto(filled, filled);
}
