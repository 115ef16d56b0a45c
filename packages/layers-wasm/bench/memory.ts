/**
 * Memory of mini-Xception, 48x48x1, by what it is for, in MB: how it grows with the batch and the threads.
 * usage: node packages/layers-wasm/dist/bench/memory.js [--batch 32,128,512] [--threads 1,2,8]
 */
import { parseArgs } from 'node:util';
import { compile } from '../src/index.js';
import type { NetworkMemory } from '../src/types.js';
import { fullMiniXception } from '../test/miniXceptionConfig.js';

const options = {
  batch: { type: 'string', default: '32,128,512' },
  threads: { type: 'string', default: '1,2,8' },
} as const;
const { values } = parseArgs({ options });
const [batches, threadCounts] = [values.batch, values.threads].map((list) => list.split(',').map(Number));
const parts = ['total', 'tensors', 'partialSums', 'batch', 'optimizer', 'weights', 'scratch'] as const;

async function memoryOf(batchSize: number, threads: number, inferenceOnly: boolean): Promise<NetworkMemory> {
  const network = await compile(fullMiniXception.config, fullMiniXception.weights, {
    batchSize,
    threads,
    inferenceOnly,
  });
  await network.close();
  return network.build.memory;
}

console.log(['', 'batch', 'threads', ...parts].map((head) => head.padStart(11)).join(' '));
for (const inferenceOnly of [false, true]) {
  for (const batchSize of batches!) {
    for (const threads of threadCounts!) {
      const memory = await memoryOf(batchSize, threads, inferenceOnly);
      const cells = [inferenceOnly ? 'inference' : 'training', batchSize, threads].map(String);
      const megabytes = parts.map((part) => (memory[part] / 1e6).toFixed(2));
      console.log([...cells, ...megabytes].map((cell) => cell.padStart(11)).join(' '));
    }
  }
}
