/** Seeded batches for the test networks. */
import type { Batch } from '../src/types.js';
import type { TestNetwork } from './configBuilder.js';
import { Sequence } from './sequence.js';

/** Batch number `step` of a network: uniform images in [-1, 1) and labels; a pure function of the arguments. */
export function seededBatch(
  network: TestNetwork,
  step: number,
  { count, learningRate = 0.01, weighted = false }: { count: number; learningRate?: number; weighted?: boolean },
): Batch {
  const size = network.inputShape.reduce((product, length) => product * length, 1);
  const images = new Sequence(`${network.name}/images/${step}`).values(count * size);
  const labels = new Sequence(`${network.name}/labels/${step}`).labels(count, network.classes);
  const batch = { images, labels, count, learningRate };
  if (!weighted) return batch;
  const spread = { centre: 1.25, spread: 1 };
  return { ...batch, sampleWeights: new Sequence(`${network.name}/sampleWeights/${step}`).values(count, spread) };
}
