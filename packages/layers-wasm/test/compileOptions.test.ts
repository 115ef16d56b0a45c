/** What `compile` is told in another way than its types say: named, with what was expected and what came. */
import { describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { CompileOptions, NamedWeights, OptimizerOptions } from '../src/types.js';
import { trainedNetwork } from './trainingCases.js';

const { config, weights } = trainedNetwork;
const names =
  'batchSize, threads, simd, fast, wide, seed, inferenceOnly, optimizer, clipNorm, labelSmoothing, averageDecay, learningRateFactors, profile';

async function refusal(options: unknown, given: unknown = weights): Promise<{ code: string; message: string }> {
  try {
    const network = await compile(config, given as NamedWeights, options as CompileOptions);
    await network.close();
    return { code: 'none', message: 'compiled' };
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
}

describe('ARGUMENT_INVALID', () => {
  test.each<[string, unknown, string]>([
    ['no options', undefined, 'options must be an object with a batchSize, got undefined.'],
    ['a batchSize alone', 4, 'options must be an object with a batchSize, got Number.'],
  ])('%s', async (_, options, message) => {
    expect(await refusal(options)).toEqual({ code: 'ARGUMENT_INVALID', message });
  });

  test.each<[Record<string, unknown>, string]>([
    [{ thread: 2 }, `There is no option thread; there are ${names}.`],
    [{ toString: 'x' }, `There is no option toString; there are ${names}.`],
    [{ batchSize: '4' }, 'batchSize must be a number, got "4".'],
    [{ threads: null }, 'threads must be a number, got null.'],
    [{ seed: compile }, 'seed must be a number, got AsyncFunction.'],
    [{ simd: 'no' }, 'simd must be true or false, got "no".'],
    [{ fast: 0 }, 'fast must be true or false, got 0.'],
    [{ inferenceOnly: 'false' }, 'inferenceOnly must be true or false, got "false".'],
    [{ labelSmoothing: '0.1' }, 'labelSmoothing must be a number, got "0.1".'],
    [{ clipNorm: null }, 'clipNorm must be a number, got null.'],
    [{ optimizer: 'sgd' }, 'optimizer must be an object, got "sgd".'],
    [{ optimizer: null }, 'optimizer must be an object, got null.'],
    [{ optimizer: [] }, "optimizer must be an object such as { kind: 'sgd' }, got Array."],
    [{ optimizer: { beta1: '0.9' } }, 'optimizer.beta1 must be at least 0 and below 1, got 0.9.'],
    [
      { optimizer: { epsilon: 1e-46 } },
      'optimizer.epsilon must be above 0 in single precision, at least 1e-45, got 1e-46.',
    ],
    [
      { optimizer: { kind: 'sgd', momentum: 0.9, nesterov: 'no' } },
      'optimizer.nesterov must be true or false, got no.',
    ],
    [{ learningRateFactors: { 'c/kernel': 0 } }, 'learningRateFactors must be a Map, got Object.'],
    [
      { learningRateFactors: new Map([['c', '1']]) },
      'learningRateFactors of "c" must be a finite number of at least 0, got 1.',
    ],
    [{ profile: true, threads: 2 }, 'profile expects 1 thread, got 2: times are per thread.'],
  ])('%j', async (options, message) => {
    expect(await refusal({ batchSize: 1, threads: 1, ...options })).toEqual({ code: 'ARGUMENT_INVALID', message });
  });
});

describe('WEIGHTS_INVALID', () => {
  const [name, { shape, data }] = [...weights][0]!;
  test.each<[string, unknown, string]>([
    ['an object of weights', Object.fromEntries(weights), 'A Map with each weight by name was expected, got Object.'],
    [
      'a list of numbers',
      new Map(weights).set(name, { shape, data: [...data] as unknown as Float32Array }),
      `The weight "${name}" must be { shape, data } of an Array and a Float32Array, got Array and Array.`,
    ],
    [
      'double precision',
      new Map(weights).set(name, { shape, data: Float64Array.from(data) as unknown as Float32Array }),
      `The weight "${name}" must be { shape, data } of an Array and a Float32Array, got Array and Float64Array.`,
    ],
  ])('%s', async (_, given, message) => {
    expect(await refusal({ batchSize: 1, threads: 1 }, given)).toEqual({ code: 'WEIGHTS_INVALID', message });
  });
});

test('an option that is undefined is none, whatever its name', async () => {
  const options = { batchSize: 1, threads: 1, optimizer: undefined, clipNorm: undefined, scaling: undefined };
  expect(await refusal(options)).toEqual({ code: 'none', message: 'compiled' });
});

test('profile means one thread', async () => {
  const network = await compile(config, weights, { batchSize: 1, profile: true });
  expect(network.build.threads).toBe(1);
  await network.close();
});

test('a map of factors is read once: what its owner does with it later means nothing', async () => {
  const optimizer: OptimizerOptions = { kind: 'sgd' };
  const name = [...weights.keys()][0]!;
  const factors = new Map([[name, 1]]);
  const network = await compile(config, weights, { batchSize: 1, threads: 1, optimizer, learningRateFactors: factors });
  factors.set(name, NaN);
  network.writeOptimizer(network.readOptimizer());
  const images = new Float32Array(trainedNetwork.inputShape.reduce((product, length) => product * length, 1));
  network.trainStep({ images, labels: Uint8Array.of(0), count: 1, learningRate: 0.1 });
  expect(network.readWeights().get(name)!.data.every(Number.isFinite)).toBe(true);
  await network.close();
});
