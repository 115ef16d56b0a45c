/** Every layer and option of the engine against the reference network. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { Network } from '../src/types.js';
import { seededBatch } from './batches.js';
import { deviation, deviations } from './deviation.js';
import { engineNetworks, narrowMiniXception, tiledNetworks } from './networks.js';
import { fullMiniXception } from './miniXceptionConfig.js';
import { kerasEpsilon } from './reference/adam.js';
import { ReferenceNetwork } from './reference/network.js';

/** A large epsilon, so that Adam does not blow gradients of rounding errors up to whole steps. */
const optimizer = { epsilon: 1e-3 };

/** Batches full, short and of one sample, so that chunks of any size end in the middle. */
const counts = [19, 19, 11, 1, 19];

/** A single vector has no variance: normalising it, as one of these networks does, would compare nothing but rounding errors. */
const countsOfVectors = [19, 19, 11, 3, 19];

const cases = [
  ...engineNetworks.map((network) => ({
    network,
    counts: network.name === 'normalisation' ? countsOfVectors : counts,
    learningRate: 0.01,
  })),
  ...tiledNetworks.map((network) => ({ network, counts: [9, 9, 5, 1, 9], learningRate: 0.01 })),
  { network: narrowMiniXception, counts: [9, 9, 5, 1, 9], learningRate: 0.01 },
  { network: fullMiniXception, counts: [4, 4, 3, 1, 4], learningRate: 1e-3 },
].map((value) => ({ name: value.network.name, ...value }));

describe.each(cases)('$name', ({ network: { config, weights }, network, counts, learningRate }) => {
  const batchSize = counts[0]!;
  const reference = new ReferenceNetwork(config, weights, { adam: { epsilon: kerasEpsilon(optimizer.epsilon) } });
  let engine: Network;
  beforeAll(async () => {
    engine = await compile(config, weights, { batchSize, optimizer });
  });
  afterAll(() => engine.close());

  test('predicts full batches and single images', () => {
    for (const count of [batchSize, 1, 2]) {
      const { images } = seededBatch(network, 100, { count });
      expect(deviation(engine.predict(images, count), reference.predict(images, count))).toBeLessThan(1e-5);
    }
  });

  test('five steps: losses, gradients, weights and moving averages', () => {
    counts.forEach((count, step) => {
      const batch = seededBatch(network, step, { count, learningRate, weighted: step % 2 === 1 });
      const expected = reference.trainStep(batch);
      const { loss, correct } = engine.trainStep(batch);
      const wrong = deviations(engine.readGradients(), expected.gradients, { tolerance: 1e-4, floor: 1e-2 });
      expect({ step, correct, wrong }).toEqual({ step, correct: expected.correct, wrong: [] });
      expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-5 * Math.max(1, expected.loss));
    });
    const expected = new Map([...reference.weights].map(([name, { data }]) => [name, data]));
    expect(deviations(engine.readWeights(), expected, { tolerance: 1e-4, floor: 1e-2 })).toEqual([]);
    expect(Math.abs(engine.regularizationLoss() - reference.penalty())).toBeLessThan(1e-5);
  });

  test('predicts with what it has learned', () => {
    const { images } = seededBatch(network, 100, { count: batchSize });
    expect(deviation(engine.predict(images, batchSize), reference.predict(images, batchSize))).toBeLessThan(1e-4);
  });
});
