/**
 * Training data to the bit: the same on every machine and in every version of Node. From the bottom up, so that the first failure
 * tells which part differs: seeded whole numbers, the functions of Math that are not exact by their standard, what is drawn with
 * them, and whole batches. After a wanted change, put in the digests that the failures show.
 */
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { augmentDefaults, type AugmentConfig } from '../../src/augment/augmentConfig.js';
import { epochOrder } from '../../src/augment/epochOrder.js';
import { portableResampler } from '../../src/augment/imageResampler.js';
import { prepareBatch } from '../../src/augment/prepareBatch.js';
import { miniXception } from '../../src/model/architectures/miniXception.js';
import { initialiseWeights } from '../../src/model/initialiseWeights.js';
import { Random } from '../../src/random.js';
import { standardScaling } from '../../src/scaling.js';
import { cosineRate } from '../../src/train/schedule.js';

/** The first 16 hexadecimal digits of the SHA-256 of their bytes. */
function bitsOf(...arrays: readonly ArrayBufferView[]): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of arrays) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex').slice(0, 16);
}

/** 10,000 values of `draw`. */
function drawn(draw: (random: Random) => number): string {
  const random = new Random(3);
  return bitsOf(Float64Array.from({ length: 10_000 }, () => draw(random)));
}

const [height, width, count] = [48, 48, 12];
const scaling = standardScaling;
const random = new Random(1);
const pixels = Uint8Array.from({ length: count * height * width }, () => random.integer(256));
const labels = Uint8Array.from({ length: count }, (_, sample) => sample % 3);

/** Images, labels and targets of one batch of all images. */
function batch(change: Partial<AugmentConfig>): string {
  const augment = { ...augmentDefaults, ...change };
  const resample = portableResampler({ height, width, scaling });
  const shape = { height, width, scaling, classes: 3 };
  const source = { pixels, labels, ...shape, seed: 5, augment, lossWeights: undefined, resample };
  const slot = {
    images: new Float32Array(pixels.length),
    labels: new Uint8Array(count),
    sampleWeights: new Float32Array(count),
    targets: new Float32Array(augment.mixup > 0 ? count * 3 : 0),
  };
  prepareBatch(source, epochOrder(count, { seed: 5, epoch: 2, shuffle: true }), { epoch: 2, batch: 0, slot });
  return bitsOf(slot.images, slot.labels, slot.targets);
}

const config = miniXception({ inputShape: [48, 48, 1], classes: 7 });
const initial = [...initialiseWeights(config, new Random(1).fork('weights')).values()].map(({ data }) => data);
const rates = { learningRate: 1e-3, minimumLearningRate: 1e-6, warmupSteps: 10, totalSteps: 1000 };

test.each([
  { part: 'whole numbers', digest: '57d2efa32d8656cc', actual: () => drawn((own) => own.nextUint32()) },
  {
    part: 'the order of an epoch',
    digest: '92b045f9016326b7',
    actual: () => bitsOf(epochOrder(1000, { seed: 5, epoch: 2, shuffle: true })),
  },
  { part: 'Math.sin', digest: '591a64da8699ae1e', actual: () => drawn((own) => Math.sin(own.uniform(-4, 4))) },
  { part: 'Math.cos', digest: 'd8331a1282df0633', actual: () => drawn((own) => Math.cos(own.uniform(-4, 7))) },
  { part: 'Math.log', digest: 'fa35573a67248904', actual: () => drawn((own) => Math.log(1 - own.next())) },
  { part: 'Math.exp', digest: '67be9ea4887167ab', actual: () => drawn((own) => Math.exp(own.uniform(-5, 5))) },
  { part: 'normal numbers', digest: '4798c1befc315664', actual: () => drawn((own) => own.normal()) },
  { part: 'shares of mixup', digest: '58d63e44c353eb22', actual: () => drawn((own) => own.beta(0.2, 0.2)) },
  { part: 'mirrored, turned, zoomed and shifted images', digest: '7dcc761b9531ff00', actual: () => batch({}) },
  { part: 'images with erased rectangles', digest: 'c33c230923436269', actual: () => batch({ randomErasing: 0.5 }) },
  { part: 'mixed images', digest: 'd528ed45f4abbdc5', actual: () => batch({ mixup: 0.2 }) },
  { part: 'initial weights of mini-xception', digest: '63607b0ededc37f0', actual: () => bitsOf(...initial) },
  {
    part: 'the rates of a cosine',
    digest: '86510cd121c75048',
    actual: () => bitsOf(Float64Array.from({ length: 1000 }, (_, step) => cosineRate(step, rates))),
  },
])('$part', ({ digest, actual }) => {
  expect(actual()).toBe(digest);
});
