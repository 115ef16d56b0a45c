/** What a network tells of its code and memory. */
import { expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { CompileOptions, NetworkBuild } from '../src/types.js';
import { fullMiniXception } from './miniXceptionConfig.js';

async function buildOf(options: CompileOptions): Promise<NetworkBuild> {
  const network = await compile(fullMiniXception.config, fullMiniXception.weights, options);
  await network.close();
  return network.build;
}

test('tells the code that was asked for', async () => {
  const options = { batchSize: 8, threads: 1 };
  expect(await buildOf(options)).toMatchObject({ threads: 1, simd: true, fast: false, wide: false });
  const scalar = await buildOf({ ...options, threads: 2, simd: false, wide: true });
  expect(scalar).toMatchObject({ threads: 2, simd: false, fast: false, wide: false }); // nothing to join
  expect(scalar.codeBytes).toBeGreaterThan(100_000);
});

test('the memory of a batch grows with the batch, that of threads with the threads, and the rest with neither', async () => {
  const { memory: small } = await buildOf({ batchSize: 16, threads: 1 });
  const { memory: large } = await buildOf({ batchSize: 32, threads: 3 });
  for (const part of ['batch', 'tensors', 'partialSums'] as const) {
    expect(large[part] / small[part]).toBeCloseTo(2, 2);
  }
  expect(large.scratch / small.scratch).toBeCloseTo(3, 2);
  expect(large.weights).toBe(small.weights);
  expect(large.optimizer).toBe(small.optimizer);
  // Gradients and two moments of 56,951 trainable weights, each layer's padded to whole vectors.
  expect(small.optimizer).toBeGreaterThan(3 * 4 * 56_951);
  expect(small.optimizer).toBeLessThan(1.1 * 3 * 4 * 56_951);
});

test('inference keeps nothing of the batch but images and outputs', async () => {
  const { memory } = await buildOf({ batchSize: 16, threads: 1, inferenceOnly: true });
  expect(memory).toMatchObject({ tensors: 0, partialSums: 0, optimizer: 0 });
  expect(memory.total % 65536).toBe(0);
});
