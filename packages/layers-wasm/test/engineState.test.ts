/** What goes in and out of a network: weights, optimizer state, gradients. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { Network } from '../src/types.js';
import { seededBatch } from './batches.js';
import { deviation, deviations } from './deviation.js';
import { narrowMiniXception, networks } from './networks.js';
import { kerasEpsilon, ReferenceAdam } from './reference/adam.js';
import { ReferenceNetwork } from './reference/network.js';
import { copy } from './reference/tensor.js';

const batchSize = 9;
const batchOf = (step: number) => seededBatch(narrowMiniXception, step, { count: batchSize, learningRate: 1e-3 });
const { config, weights } = narrowMiniXception;
const trainable = [...weights.keys()].filter((name) => !name.includes('/moving_')).sort();

let network: Network;
beforeAll(async () => {
  network = await compile(config, weights, { batchSize });
});
afterAll(() => network.close());

test('weights come out as they went in, in copies', () => {
  network.writeWeights(weights);
  const before = network.readWeights();
  expect([...before.keys()].sort()).toEqual([...weights.keys()].sort());
  network.trainStep(batchOf(0));
  const gradients = structuredClone(network.readGradients());
  const held = network.readGradients();
  network.trainStep(batchOf(1));
  expect(before).toEqual(weights);
  expect(held).toEqual(gradients);
  for (const { shape, data } of before.values()) {
    (shape as number[])[0] = 99;
    data.fill(NaN);
  }
  network.writeWeights(weights);
  expect(network.readWeights()).toEqual(weights);
  network.trainStep(batchOf(1));
  expect(network.readWeights()).not.toEqual(weights);
});

test('the optimizer starts at nothing', async () => {
  const fresh = await compile(config, weights, { batchSize });
  const { step, slots } = fresh.readOptimizer();
  await fresh.close();
  expect(step).toBe(0);
  expect(Object.keys(slots)).toEqual(['firstMoments', 'secondMoments']);
  for (const moments of Object.values(slots)) {
    expect([...moments.keys()].sort()).toEqual(trainable);
    expect([...moments.values()].every(({ data }) => data.every((moment) => moment === 0))).toBe(true);
  }
});

test('a network resumed from weights and optimizer goes on to the bit', async () => {
  [0, 1, 2].forEach((step) => network.trainStep(batchOf(step)));
  const state = { weights: network.readWeights(), optimizer: network.readOptimizer() };
  const resumed = await compile(config, state.weights, { batchSize });
  resumed.writeOptimizer(state.optimizer);
  expect(resumed.readOptimizer()).toEqual(state.optimizer);
  const losses = [3, 4].map((step) => [network.trainStep(batchOf(step)), resumed.trainStep(batchOf(step))]);
  const continued = resumed.readWeights();
  await resumed.close();
  losses.forEach(([uninterrupted, afterwards]) => expect(afterwards).toEqual(uninterrupted));
  expect(continued).toEqual(network.readWeights());
});

test("updates are Adam's, by default with epsilon 1e-7", async () => {
  const fresh = await compile(config, weights, { batchSize });
  const adam = new ReferenceAdam({ epsilon: kerasEpsilon(1e-7) });
  for (const step of [0, 1, 2]) {
    const expected = new Map([...fresh.readWeights()].map(([name, weight]) => [name, copy(weight)]));
    fresh.trainStep(batchOf(step));
    const gradients = [...fresh.readGradients()].map(([name, { data }]) => [name, Float64Array.from(data)] as const);
    adam.update(expected, new Map(gradients), () => 1e-3);
    const updated = new Map([...fresh.readWeights()].filter(([name]) => trainable.includes(name)));
    const values = new Map(trainable.map((name) => [name, expected.get(name)!.data]));
    expect(deviations(updated, values, { tolerance: 2e-6, floor: 0.1 })).toEqual([]);
  }
  const { step, slots } = fresh.readOptimizer();
  await fresh.close();
  expect(step).toBe(3);
  expect(deviations(slots['firstMoments']!, adam.firstMoments, { tolerance: 1e-5, floor: 0 })).toEqual([]);
  expect(deviations(slots['secondMoments']!, adam.secondMoments, { tolerance: 1e-5, floor: 0 })).toEqual([]);
});

test('an inference-only network predicts the same bits and does not train', async () => {
  network.writeWeights(weights);
  const lean = await compile(config, weights, { batchSize, inferenceOnly: true });
  const { images } = batchOf(7);
  const predictions = lean.predict(images, batchSize);
  expect(() => lean.trainStep(batchOf(0))).toThrow(/inferenceOnly/);
  await lean.close();
  expect(predictions).toEqual(network.predict(images, batchSize));
});

test('an inference-only network may end in any layer', async () => {
  const headless = structuredClone(config);
  headless.config.output_layers = [['global_average_pooling2d_1', 0, 0]];
  const lean = await compile(headless, weights, { batchSize, inferenceOnly: true });
  const { images } = batchOf(7);
  const averages = lean.predict(images, batchSize);
  await lean.close();
  expect(deviation(averages, new ReferenceNetwork(headless, weights).predict(images, batchSize))).toBeLessThan(1e-5);
});

test('predicting leaves no trace in training', async () => {
  const fresh = await compile(config, weights, { batchSize });
  network.writeWeights(weights);
  network.writeOptimizer(fresh.readOptimizer());
  network.trainStep(batchOf(0));
  network.predict(batchOf(1).images, batchSize);
  network.trainStep(batchOf(2));
  [0, 2].forEach((step) => fresh.trainStep(batchOf(step)));
  const expected = fresh.readWeights();
  await fresh.close();
  expect(network.readWeights()).toEqual(expected);
});

test('predictions are those of the weights at hand, whatever came before them', async () => {
  network.writeWeights(weights);
  const { images } = batchOf(0);
  const predict = (): Float32Array[] => [network.predict(images, 1), network.predict(images, batchSize)];
  const untrained = predict();
  network.trainStep(batchOf(1));
  const trained = predict();
  const twin = await compile(config, network.readWeights(), { batchSize, inferenceOnly: true });
  expect(trained).toEqual([twin.predict(images, 1), twin.predict(images, batchSize)]);
  await twin.close();
  expect(trained).not.toEqual(untrained);
  expect(predict()).toEqual(trained);
  network.writeWeights(weights);
  expect(predict()).toEqual(untrained);
});

test('one image gives the bits that it gives in a batch, and keeps them from call to call', async () => {
  const { images } = batchOf(0);
  const imageSize = images.length / batchSize;
  for (const threads of [1, 2, 3]) {
    const engine = await compile(config, weights, { batchSize, threads });
    const together = engine.predict(images, batchSize);
    const classes = together.length / batchSize;
    for (let call = 0; call < 50 * batchSize; call++) {
      const image = call % batchSize;
      const alone = engine.predict(images.subarray(image * imageSize), 1);
      expect(alone).toEqual(together.slice(image * classes, (image + 1) * classes));
    }
    await engine.close();
  }
});

describe('what does not fit is refused', () => {
  const batch = batchOf(0);
  test.each([
    ['more samples than batchSize', { ...batch, count: batchSize + 1 }, /9/],
    ['no samples', { ...batch, count: 0 }, /count/],
    ['fewer pixels than count says', { ...batch, images: batch.images.subarray(1) }, /images/],
    ['a list of pixels', { ...batch, images: [...batch.images] as unknown as Float32Array }, /images .*got Array/],
    ['fewer labels than count says', { ...batch, labels: batch.labels.subarray(1) }, /labels/],
    ['a label beyond the classes', { ...batch, labels: new Uint8Array(batchSize).fill(7) }, /label.*7/s],
    ['fewer sample weights than count says', { ...batch, sampleWeights: new Float32Array(2) }, /sampleWeights/],
  ])('%s', (_, wrong, message) => {
    expect(() => network.trainStep(wrong)).toThrow(message);
  });

  test('weights of another network', () => {
    expect(() => network.writeWeights(networks[0]!.weights)).toThrow(/conv2d_1|kernel/);
  });
});
