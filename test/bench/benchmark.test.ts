/** Measurements of a small batch: what they hold, not how long they took. */
import { expect, test } from '@jest/globals';
import { benchmark } from '../../src/bench/benchmark.js';
import type { Timing } from '../../src/bench/timing.js';
import type { ChosenEngine } from '../../src/engine/chooseEngine.js';
import type { Engine } from '../../src/engine/engine.js';
import { wasmEngine } from '../../src/engine/wasm.js';

const small = { engine: 'wasm', arch: 'tiny-xception', batchSize: 4, steps: 3, wide: false } as const;

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
  expect(result).toMatchObject({ parameters: 18_314, engine: { name: 'wasm' } });
  expect(result.host).toMatchObject({ node: process.versions.node, platform: process.platform });
  const { total, ...parts } = result.build!.memory;
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

test('an engine that cannot look inside itself is measured without its code, and not profiled', async () => {
  const compile: Engine['compile'] = async (...network) => {
    const { inspection, ...model } = await wasmEngine.compile(...network);
    expect(inspection).toBeDefined();
    return model;
  };
  const closed: ChosenEngine = { name: 'cuda', device: 'a GPU', engine: { name: 'cuda', compile } };
  const result = await benchmark({ ...small, engine: 'cuda', threads: 1 }, closed);
  expect(result).toMatchObject({ engine: { name: 'cuda', device: 'a GPU' }, config: { engine: 'cuda' } });
  expect(result).not.toHaveProperty('build');
  expectOrder(result.trainingStep, 4);
  await expect(benchmark({ ...small, engine: 'cuda', profile: true }, closed)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'profile: expected an engine that tells its time by layer, wasm; got cuda.',
  });
});
