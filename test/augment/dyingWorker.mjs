/** Ends the batch worker in the middle of an epoch and prints what the iteration throws. Run by batchPipeline.test.ts. */
import { createBatchPipeline } from '../../dist/src/augment/batchPipeline.js';
import { augmentOff } from '../../dist/src/augment/augmentConfig.js';
import { smallDataset } from '../../dist/test/augment/smallDataset.js';

const workers = [];
process.on('worker', (worker) => workers.push(worker));
const labels = new Array(20_000).fill(0);
const options = { dataset: smallDataset(labels), batchSize: 2, seed: 1, augment: augmentOff, shuffle: false };
const pipeline = createBatchPipeline(options);
let received = 0;
try {
  for await (const { count } of pipeline.batches(0)) {
    received += count;
    // Not awaited: the iteration must find out while it waits for a batch that never comes.
    if (received === 10) void workers[0].terminate();
  }
} catch (error) {
  console.log(JSON.stringify({ received, code: error.code, message: error.message }));
}
await pipeline.close();
