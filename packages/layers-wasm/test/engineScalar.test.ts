/** The same bits with and without vector instructions. */
import { expect, test } from '@jest/globals';
import { networks } from './networks.js';
import { dropoutNetwork } from './networks/connections.js';
import { firstDifference, trainedNumbers } from './trainedNumbers.js';

test.each([...networks, dropoutNetwork()].map((network) => ({ name: network.name, network })))(
  '$name',
  async ({ network }) => {
    const vectors = await trainedNumbers(network, { threads: 1, simd: true });
    const lanes = await trainedNumbers(network, { threads: 1, simd: false });
    expect(firstDifference(vectors, lanes)).toBe(-1);
  },
);
