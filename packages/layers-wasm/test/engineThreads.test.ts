/** The same bits whatever the number of threads. */
import { expect, test } from '@jest/globals';
import { networks, tiledNetworks } from './networks.js';
import { dropoutNetwork } from './networks/connections.js';
import { firstDifference, trainedNumbers } from './trainedNumbers.js';

test.each([...networks, ...tiledNetworks, dropoutNetwork()].map((network) => ({ name: network.name, network })))(
  '$name: 1, 2 and 3 threads',
  async ({ network }) => {
    const alone = await trainedNumbers(network, { threads: 1 });
    for (const threads of [2, 3]) {
      const together = await trainedNumbers(network, { threads });
      expect({ threads, firstDifference: firstDifference(alone, together) }).toEqual({ threads, firstDifference: -1 });
    }
  },
);
