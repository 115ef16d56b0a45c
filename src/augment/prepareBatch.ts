/** Fills one batch: what a batch worker does, and a test can do without one. */
import { Random } from '../random.js';
import type { Scaling } from '../scaling.js';
import { drawAugmentation } from './affine.js';
import type { AugmentConfig } from './augmentConfig.js';
import type { Resample } from './imageResampler.js';
import { mixBatch } from './mixup.js';
import { eraseRandomly } from './randomErasing.js';

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
  /** Of the network that the batch is for, `none` where whole grey levels are wanted; `resample` scales so too. */
  readonly scaling: Scaling;
  /** Number of classes: the length of a target. */
  readonly classes: number;
  /** Factor of each image's loss, class weights and sample weights together: [count]; undefined = 1. */
  readonly lossWeights: Float32Array | undefined;
  /** For images of this size, into slots such as those it is used with. */
  readonly resample: Resample;
}

/** Room for one batch: [batchSize, ...]. */
export interface BatchSlot {
  /** [batchSize, height, width, 1] */
  readonly images: Float32Array;
  /** [batchSize] */
  readonly labels: Uint8Array;
  /** [batchSize]; written only when the source has loss weights. */
  readonly sampleWeights: Float32Array;
  /** [batchSize, classes]; written only with mixup, and else of length 0. */
  readonly targets: Float32Array;
  /** The images in whole grey levels, [batchSize, height, width, 1]; absent where only floats are wanted. */
  readonly levels?: Uint8Array;
}

/** Which batch is made, and where. */
export interface BatchPlace {
  readonly epoch: number;
  /** Its number in the epoch, from 0. */
  readonly batch: number;
  readonly slot: BatchSlot;
}

/**
 * Writes the images of `samples` [count], augmented and scaled, with labels and weights to the start of `slot`.
 * An image depends on (seed, epoch, sample) only, not on its place in the batch; mixup, which comes last, on (seed, epoch, batch).
 */
export function prepareBatch(source: BatchSource, samples: Uint32Array, place: BatchPlace): void {
  const { images, levels } = place.slot;
  fillSlot(source, samples, place);
  if (levels) roundLevels(images.subarray(0, samples.length * source.height * source.width), levels);
}

function fillSlot(source: BatchSource, samples: Uint32Array, { epoch, batch, slot }: BatchPlace): void {
  const { pixels, height, width, augment, scaling, lossWeights, resample } = source;
  const { images, labels, sampleWeights, targets } = slot;
  const random = new Random(source.seed);
  const area = height * width;
  for (let place = 0; place < samples.length; place++) {
    const sample = samples[place]!;
    const image = pixels.subarray(sample * area, (sample + 1) * area);
    const target = images.subarray(place * area, (place + 1) * area);
    resample(image, drawAugmentation(augment, random.fork(`augment/${epoch}/${sample}`)), target);
    if (augment.randomErasing > 0) {
      const own = random.fork(`erase/${epoch}/${sample}`);
      eraseRandomly(target, source, { probability: augment.randomErasing, scaling, random: own });
    }
    labels[place] = source.labels[sample]!;
    if (lossWeights) sampleWeights[place] = lossWeights[sample]!;
  }
  if (augment.mixup === 0) return;
  const count = samples.length;
  const mixable = {
    images: images.subarray(0, count * area),
    labels: labels.subarray(0, count),
    targets: targets.subarray(0, count * source.classes),
    ...(lossWeights && { sampleWeights: sampleWeights.subarray(0, count) }),
  };
  mixBatch(mixable, { alpha: augment.mixup, random: random.fork(`mixup/${epoch}/${batch}`) });
}

/** Writes the nearest whole grey levels, the upper one of two, to the start of `levels`. */
function roundLevels(images: Float32Array, levels: Uint8Array): void {
  for (let i = 0; i < images.length; i++) {
    const level = images[i]! + 0.5; // a byte takes what stands before the point
    levels[i] = level < 0 ? 0 : level > 255 ? 255 : level;
  }
}
