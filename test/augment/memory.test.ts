/** Preparing batches leaves next to nothing behind: what a thread throws away for every image would grow its heap by tens of megabytes. */
import { expect, test } from '@jest/globals';
import { augmentDefaults } from '../../src/augment/augmentConfig.js';
import { createBatchPipeline } from '../../src/augment/batchPipeline.js';
import { smallDataset } from './smallDataset.js';

test('memory stays level over 60,000 augmented images', async () => {
  const dataset = smallDataset(Array.from({ length: 10_000 }, (_, image) => image % 3));
  const pipeline = createBatchPipeline({ dataset, batchSize: 100, seed: 5, augment: augmentDefaults, shuffle: true });
  const megabytes: number[] = [];
  try {
    for (let epoch = 0; epoch < 7; epoch++) {
      for await (const { count } of pipeline.batches(epoch)) expect(count).toBe(100);
      megabytes.push(process.memoryUsage().rss / 2 ** 20);
    }
  } finally {
    await pipeline.close();
  }
  expect(Math.max(...megabytes) - megabytes[0]!).toBeLessThan(16);
}, 30_000);
