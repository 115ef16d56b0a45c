/** Multiplication and addition with one rounding: near the strict numbers, and the same on one machine for any number of threads. */
import { expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import { seededBatch } from './batches.js';
import type { TestNetwork } from './configBuilder.js';
import { deviation, deviations } from './deviation.js';
import { engineNetworks, narrowMiniXception, tiledNetworks } from './networks.js';
import { dropoutNetwork } from './networks/connections.js';
import { separable } from './networks/convolutions.js';
import { unevenTiles } from './networks/minimalFilters.js';
import { pooledNormalisations } from './networks/pooledNormalisation.js';
import { firstDifference, trainedNumbers } from './trainedNumbers.js';

const named = (networks: readonly TestNetwork[]) => networks.map((network) => ({ name: network.name, network }));

/** What strict code keeps to the float64 reference too. */
const tolerances = { predictions: 1e-5, loss: 1e-5, gradients: { tolerance: 1e-4, floor: 1e-2 } };

/** Predictions, loss and gradients of the initial weights. */
async function firstStep(network: TestNetwork, options: { fast: boolean }) {
  const engine = await compile(network.config, network.weights, { batchSize: 19, threads: 1, ...options });
  const batch = seededBatch(network, 0, { count: 19 });
  const predictions = engine.predict(batch.images, batch.count);
  const { loss } = engine.trainStep(batch);
  const gradients = new Map([...engine.readGradients()].map(([name, { data }]) => [name, { data }]));
  await engine.close();
  return { predictions, loss, gradients };
}

test.each(named([...engineNetworks, ...tiledNetworks, narrowMiniXception, dropoutNetwork()]))(
  '$name: near the strict numbers',
  async ({ network }) => {
    const [strict, fast] = [await firstStep(network, { fast: false }), await firstStep(network, { fast: true })];
    expect(deviation(fast.predictions, strict.predictions)).toBeLessThan(tolerances.predictions);
    expect(Math.abs(fast.loss - strict.loss)).toBeLessThan(tolerances.loss * Math.max(1, strict.loss));
    const expected = new Map([...strict.gradients].map(([name, { data }]) => [name, data]));
    expect(deviations(fast.gradients, expected, tolerances.gradients)).toEqual([]);
  },
);

test.each(named([separable(), pooledNormalisations(), unevenTiles(), narrowMiniXception, dropoutNetwork()]))(
  '$name: the same bits for 1, 2 and 3 threads, and in wide code',
  async ({ network }) => {
    const alone = await trainedNumbers(network, { fast: true, threads: 1 });
    for (const options of [{ threads: 2 }, { threads: 3 }, { threads: 1, wide: true }]) {
      const other = await trainedNumbers(network, { fast: true, ...options });
      expect({ options, difference: firstDifference(alone, other) }).toEqual({ options, difference: -1 });
    }
  },
);

test('not with simd: false', async () => {
  const { config, weights } = dropoutNetwork();
  const attempt = compile(config, weights, { batchSize: 1, threads: 1, fast: true, simd: false });
  await expect(attempt).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});
