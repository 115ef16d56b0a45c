/** The reference network against PyTorch: the whole mini-Xception. */
import { expect, test } from '@jest/globals';
import { seededBatch } from '../batches.js';
import { fullMiniXception } from '../miniXceptionConfig.js';
import { torchFixture, wrongGradients } from '../oracle/torchFixture.js';
import { ReferenceNetwork } from './network.js';

const { config, weights } = fullMiniXception;
const { batch } = torchFixture;

test('mini-Xception has 58,423 parameters', () => {
  expect([...weights.values()].reduce((sum, { data }) => sum + data.length, 0)).toBe(58_423);
});

test('loss and gradients equal those of PyTorch', () => {
  const reference = new ReferenceNetwork(config, weights);
  const { loss, gradients } = reference.differentiate(seededBatch(fullMiniXception, 0, { count: batch.count }));
  expect(Math.abs(loss - batch.loss)).toBeLessThan(1e-12);
  expect([...gradients.keys()].sort()).toEqual(Object.keys(batch.gradients).sort());
  expect(wrongGradients(gradients, 1e-10)).toEqual([]);
});
