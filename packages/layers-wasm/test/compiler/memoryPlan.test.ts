/** How a batch is cut into chunks. */
import { expect, test } from '@jest/globals';
import { Arena, MemoryPlan } from '../../src/compiler/memoryPlan.js';
import { lower } from '../../src/graph/lower.js';
import { ConfigBuilder, classify } from '../configBuilder.js';
import { largeWeights } from '../networks/minimalFilters.js';

// 1024 * 1024 weights, 4 bytes each: 4 MiB of gradients and some for each chunk of a batch.
const net = new ConfigBuilder('heavy', [2, 2, 1024]);
const { config } = classify(net, net.add('Conv2D', { filters: 1024, kernel_size: [1, 1] }, net.input), { units: 2 });

test.each([
  { training: true, batchSize: 256, chunkSize: 8 },
  { training: true, batchSize: 1024, chunkSize: 32 },
  { training: false, batchSize: 1024, chunkSize: 8 },
])('$batchSize samples, training: $training', ({ training, batchSize, chunkSize }) => {
  const plan = new MemoryPlan(lower(config, { training }), new Arena(0), { batchSize, training, slots: [] });
  expect(plan.chunkSize).toBe(chunkSize);
});

test('weights that are summed over the whole batch at once have no part in the sums of a chunk', () => {
  const options = { batchSize: 16, training: true, slots: [] };
  const plan = new MemoryPlan(lower(largeWeights().config, { training: true }), new Arena(0), options);
  const large = plan.trainable.filter(({ paddedSize }) => paddedSize * 4 > 256 * 1024);
  expect(large).toHaveLength(3);
  const bytes = large.reduce((sum, { paddedSize }) => sum + paddedSize * 4, 0);
  expect(plan.trainableBytes - plan.chunkGradientBytes).toBeGreaterThanOrEqual(bytes);
  expect(plan.chunkBytes).toBeLessThan(plan.trainableBytes - bytes + 32 * 1024);
});
