/**
 * A process that does not close its networks. usage: node abandonedNetwork.js unclosed|failed|terminated
 * Prints `done` as its last act; whether it ends then is for the test to see.
 */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { compile } from '../../src/index.js';
import { seededBatch } from '../batches.js';
import { narrowMiniXception } from '../networks.js';

const { config, weights } = narrowMiniXception;
const batch = seededBatch(narrowMiniXception, 0, { count: 32 });
const start = () => compile(config, weights, { batchSize: 32, threads: 3 });

if (!isMainThread) {
  const network = await start();
  parentPort!.postMessage('training');
  for (;;) network.trainStep(batch);
} else if (process.argv[2] === 'unclosed') {
  const network = await start();
  network.trainStep(batch);
  console.log('done');
} else if (process.argv[2] === 'failed') {
  await compile(config, new Map(), { batchSize: 32, threads: 3 }).catch(() => console.log('done'));
} else {
  const worker = new Worker(new URL(import.meta.url));
  await new Promise((resolve) => worker.once('message', resolve));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await worker.terminate(); // which waits for the worker's own threads
  console.log('done');
}
