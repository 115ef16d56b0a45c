/** What a network has come to after a short training, to the bit. */
import { compile } from '../src/index.js';
import type { CompileOptions } from '../src/types.js';
import { seededBatch } from './batches.js';
import type { TestNetwork } from './configBuilder.js';

/** Weights after three steps of 19, 19 and 10 samples and a prediction of 13, as bytes. */
export async function trainedBytes(network: TestNetwork, options: Partial<CompileOptions>): Promise<Buffer> {
  const engine = await compile(network.config, network.weights, { batchSize: 19, ...options });
  [19, 19, 10].forEach((count, step) => engine.trainStep(seededBatch(network, step, { count, weighted: step === 1 })));
  const predictions = engine.predict(seededBatch(network, 3, { count: 13 }).images, 13);
  const tensors = [...engine.readWeights().values()].map(({ data }) => data);
  await engine.close();
  return Buffer.concat([...tensors, predictions].map((data) => Buffer.from(data.slice().buffer)));
}

/** Index of the first byte that differs; -1 = none. */
export function firstDifference(a: Buffer, b: Buffer): number {
  return a.equals(b) ? -1 : a.findIndex((byte, i) => byte !== b[i]);
}
