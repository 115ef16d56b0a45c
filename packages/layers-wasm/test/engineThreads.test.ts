/** The same bits whatever the number of threads. */
import { expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import { seededBatch } from './batches.js';
import type { TestNetwork } from './configBuilder.js';
import { networks } from './networks.js';
import { dropoutNetwork } from './networks/connections.js';

/** Weights after three steps of 19, 19 and 10 samples, and a prediction, as bytes. */
async function trained(network: TestNetwork, threads: number): Promise<Buffer> {
  const engine = await compile(network.config, network.weights, { batchSize: 19, threads });
  [19, 19, 10].forEach((count, step) => engine.trainStep(seededBatch(network, step, { count, weighted: step === 1 })));
  const predictions = engine.predict(seededBatch(network, 3, { count: 13 }).images, 13);
  const tensors = [...engine.readWeights().values()].map(({ data }) => data);
  await engine.close();
  return Buffer.concat([...tensors, predictions].map((data) => Buffer.from(data.slice().buffer)));
}

test.each([...networks, dropoutNetwork()].map((network) => ({ name: network.name, network })))(
  '$name: 1, 2 and 3 threads',
  async ({ network }) => {
    const alone = await trained(network, 1);
    for (const threads of [2, 3]) {
      const together = await trained(network, threads);
      expect({ threads, firstDifference: firstDifference(alone, together) }).toEqual({ threads, firstDifference: -1 });
    }
  },
);

/** Index of the first byte that differs; -1 = none. */
function firstDifference(a: Buffer, b: Buffer): number {
  return a.equals(b) ? -1 : a.findIndex((byte, i) => byte !== b[i]);
}
