/** What a network has come to after a short training, to the bit. */
import { compile } from '../src/index.js';
import type { CompileOptions, NamedWeights, Network } from '../src/types.js';
import { seededBatch } from './batches.js';
import type { TestNetwork } from './configBuilder.js';

/** Of networks with this batchSize. */
export const trainedBatchSize = 19;

/** `numbersOf` the network that `compile` makes. Runs in browsers too. */
export async function trainedNumbers(network: TestNetwork, options: Partial<CompileOptions>): Promise<Float32Array> {
  return numbersOf(
    network,
    await compile(network.config, network.weights, { batchSize: trainedBatchSize, ...options }),
  );
}

/** A prediction of 13 samples, gradients and weights, after three steps of 19, 19 and 10 samples. Closes `engine`. */
export async function numbersOf(network: TestNetwork, engine: Network): Promise<Float32Array> {
  [19, 19, 10].forEach((count, step) => engine.trainStep(seededBatch(network, step, { count, weighted: step === 1 })));
  const predictions = engine.predict(seededBatch(network, 3, { count: 13 }).images, 13);
  const tensors = [predictions, ...[engine.readGradients(), engine.readWeights()].flatMap(dataOf)];
  await engine.close();
  const numbers = new Float32Array(tensors.reduce((size, { length }) => size + length, 0));
  let end = 0;
  for (const tensor of tensors) {
    numbers.set(tensor, end);
    end += tensor.length;
  }
  return numbers;
}

const dataOf = (tensors: NamedWeights): Float32Array[] => [...tensors.values()].map(({ data }) => data);

/** Index of the first number whose bits differ; -1 = none. */
export function firstDifference(a: Float32Array, b: Float32Array): number {
  const [bitsOfA, bitsOfB] = [a, b].map(({ buffer }) => new Int32Array(buffer));
  const index = bitsOfA!.findIndex((bits, i) => bits !== bitsOfB![i]);
  return index === -1 && a.length !== b.length ? Math.min(a.length, b.length) : index;
}
