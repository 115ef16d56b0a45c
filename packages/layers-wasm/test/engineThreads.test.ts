/** The same bits whatever the number of threads, and whether neighbouring vectors are treated together. */
import { expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import { seededBatch } from './batches.js';
import type { TestNetwork } from './configBuilder.js';
import { networks, tiledNetworks } from './networks.js';
import { dropoutNetwork } from './networks/connections.js';

/** Weights after three steps of 19, 19 and 10 samples, and a prediction, as bytes. */
async function trained(network: TestNetwork, options: { threads: number; wide?: boolean }): Promise<Buffer> {
  const engine = await compile(network.config, network.weights, { batchSize: 19, ...options });
  [19, 19, 10].forEach((count, step) => engine.trainStep(seededBatch(network, step, { count, weighted: step === 1 })));
  const predictions = engine.predict(seededBatch(network, 3, { count: 13 }).images, 13);
  const tensors = [...engine.readWeights().values()].map(({ data }) => data);
  await engine.close();
  return Buffer.concat([...tensors, predictions].map((data) => Buffer.from(data.slice().buffer)));
}

test.each([...networks, ...tiledNetworks, dropoutNetwork()].map((network) => ({ name: network.name, network })))(
  '$name: 1, 2 and 3 threads, vectors alone and together',
  async ({ network }) => {
    const alone = await trained(network, { threads: 1 });
    for (const options of [{ threads: 2 }, { threads: 3 }, { threads: 1, wide: true }]) {
      const difference = firstDifference(alone, await trained(network, options));
      expect({ ...options, difference }).toEqual({ ...options, difference: -1 });
    }
  },
);

/** Index of the first byte that differs; -1 = none. */
function firstDifference(a: Buffer, b: Buffer): number {
  return a.equals(b) ? -1 : a.findIndex((byte, i) => byte !== b[i]);
}
