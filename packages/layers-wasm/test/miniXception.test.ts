/** The engine's whole mini-Xception against PyTorch in float64. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { Network } from '../src/types.js';
import { seededBatch } from './batches.js';
import { fullMiniXception } from './miniXceptionConfig.js';
import { torchFixture, wrongGradients } from './oracle/torchFixture.js';

const { config, weights } = fullMiniXception;
const { batch, curve } = torchFixture;

let network: Network;
beforeAll(async () => {
  network = await compile(config, weights, { batchSize: curve.count });
});
afterAll(() => network.close());

test('20 steps of Adam follow the loss curve of PyTorch', () => {
  const { count, learningRate } = curve;
  const errors = curve.losses.map((expected, step) => {
    const { loss } = network.trainStep(seededBatch(fullMiniXception, step, { count, learningRate }));
    return Math.abs(loss - expected);
  });
  expect(Math.max(...errors)).toBeLessThan(1e-3);
});

test('loss and gradients of a batch of 4 equal those of PyTorch', () => {
  network.writeWeights(weights);
  const { loss } = network.trainStep(seededBatch(fullMiniXception, 0, { count: batch.count }));
  expect(Math.abs(loss - batch.loss)).toBeLessThan(2e-6);
  const gradients = new Map([...network.readGradients()].map(([name, { data }]) => [name, data]));
  expect([...gradients.keys()].sort()).toEqual(Object.keys(batch.gradients).sort());
  expect(wrongGradients(gradients, 1e-5)).toEqual([]);
});
