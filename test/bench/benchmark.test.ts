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

test('a profile accounts for most of its step', async () => {
  const { trainingStep, profile, inference } = await benchmark({ ...small, profile: true });
  expect(inference).toBeUndefined();
  const sum = profile!.kernels.reduce((total, { milliseconds }) => total + milliseconds, 0);
  expect(sum).toBeGreaterThan(0.3 * trainingStep.milliseconds.lower);
  expect(profile!.layers.map(({ layer }) => layer)).toEqual(expect.arrayContaining(['conv2d_1', 'conv2d_2']));
  const convolution = profile!.work.find(({ layer, kernel }) => layer === 'conv2d_2' && kernel === 'convolution');
  expect(convolution!.gigaflops).toBeGreaterThan(0);
});
