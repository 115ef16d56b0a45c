/** Batches of 1, and last ones that are shorter than the others: the same bits for any number of threads. */
import { describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import { seededBatch } from './batches.js';
import type { TestNetwork } from './configBuilder.js';
import { narrowMiniXception } from './networks.js';
import { dropoutNetwork, residuals } from './networks/connections.js';
import { separable } from './networks/convolutions.js';
import { fewAndManyTiles } from './networks/minimalFilters.js';
import { normalisation } from './networks/normalisation.js';

interface Epoch {
  readonly batchSize: number;
  readonly threads: number;
  /** Samples of each batch. */
  readonly counts: readonly number[];
}

/** Losses of an epoch, predictions of its first and last batch, and the weights after it. */
async function train(network: TestNetwork, { batchSize, threads, counts }: Epoch) {
  const engine = await compile(network.config, network.weights, { batchSize, threads });
  const batches = counts.map((count, step) => seededBatch(network, step, { count }));
  const steps = batches.map((batch) => engine.trainStep(batch));
  const predictions = [batches[0]!, batches.at(-1)!].map(({ images, count }) => engine.predict(images, count));
  const trained = engine.readWeights();
  await engine.close();
  return { steps, predictions, trained };
}

const networks = [narrowMiniXception, separable(), normalisation(), residuals(), dropoutNetwork(), fewAndManyTiles()];

describe.each(networks.map((network) => ({ name: network.name, network })))('$name', ({ network }) => {
  test.each([
    ['a batchSize of 1', 1, [1, 1, 1]],
    ['one sample in room for 20', 20, [1, 1]],
    ['a last batch of 1', 20, [20, 20, 1]],
    ['a last batch of one chunk and one sample', 20, [20, 9]],
  ])('%s', async (_, batchSize, counts) => {
    const alone = await train(network, { batchSize, counts, threads: 1 });
    expect(alone.steps.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    for (const threads of [2, 3]) expect(await train(network, { batchSize, counts, threads })).toEqual(alone);
  });

  test('room for more samples changes nothing', async () => {
    const counts = [7, 3];
    const tight = await train(network, { batchSize: 7, counts, threads: 2 });
    expect(await train(network, { batchSize: 100, counts, threads: 2 })).toEqual(tight);
  });
});
