/** Measurements of a small batch: what they hold, not how long they took. */
import { expect, test } from '@jest/globals';
import { benchmark, type Timing } from '../../src/bench/benchmark.js';

const small = { arch: 'tiny-xception', batchSize: 4, steps: 3, wide: false } as const;

function expectOrder({ milliseconds: { lower, median, upper }, imagesPerSecond }: Timing, images: number): void {
  expect(lower).toBeGreaterThan(0);
  expect(median).toBeGreaterThanOrEqual(lower);
  expect(upper).toBeGreaterThanOrEqual(median);
  expect(imagesPerSecond * median).toBeCloseTo(1000 * images, 6);
}

test('measures steps and inference, and tells which code ran', async () => {
  const result = await benchmark({ ...small, threads: 2 });
  expectOrder(result.trainingStep, 4);
  expectOrder(result.inference!, 4);
  expectOrder(result.singleImage!, 1);
  expect(result.profile).toBeUndefined();
  expect(result.build).toMatchObject({ threads: 2, simd: true, fast: false, wide: false });
  expect(result.parameters).toBe(18_314);
  expect(result.host).toMatchObject({ node: process.versions.node, platform: process.platform });
  const { total, ...parts } = result.build.memory;
  const used = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  // Whole pages, and control words that belong to no part.
  expect(total - used).toBeGreaterThanOrEqual(0);
  expect(total - used).toBeLessThan(2 * 65536);
});

test('a profile divides the same time by work, by kind of work and by layer', async () => {
  const { trainingStep, profile, inference } = await benchmark({ ...small, profile: true });
  expect(inference).toBeUndefined();
  expectOrder(trainingStep, 4);
  const { work, kernels, layers } = profile!;
  const sum = (times: readonly number[]): number => times.reduce((total, milliseconds) => total + milliseconds, 0);
  const total = sum(work.map(({ milliseconds }) => milliseconds));
  expect(total).toBeGreaterThan(0);
  expect(sum(kernels.map(({ milliseconds }) => milliseconds))).toBeCloseTo(total, 9);
  expect(sum(layers.map(({ forward, backward }) => forward.milliseconds + backward.milliseconds))).toBeCloseTo(
    total,
    9,
  );
  const convolution = layers.find(({ layer }) => layer === 'conv2d_2')!;
  expect(convolution.forward.gigaflops).toBeGreaterThan(0);
  expect(convolution.backward.gigaflops).toBeGreaterThan(0);
});
