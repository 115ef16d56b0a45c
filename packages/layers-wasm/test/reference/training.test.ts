/** The reference's optimizers and training options against real Keras and PyTorch, both in float64. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { seededBatch } from '../batches.js';
import { digest, digestError, type Digest } from '../digest.js';
import { outOfOrder } from '../networks/connections.js';
import { kerasEpsilon, type ReferenceAdamOptions } from './adam.js';
import { MovingAverage } from './movingAverage.js';
import { ReferenceNetwork, type ReferenceBatch, type ReferenceOptions } from './network.js';

/** A case of fixtureCases.py, with what came of it. */
interface FixtureCase extends ReferenceOptions {
  readonly name: string;
  readonly adam?: ReferenceAdamOptions & { readonly beta2: number; readonly epsilon: number };
  /** Sum of the soft targets of a sample; absent = labels. */
  readonly mass?: number;
  readonly losses: readonly number[];
  readonly weights: Readonly<Record<string, Digest>>;
  readonly averages?: Readonly<Record<string, Digest>>;
}

interface TrainingFixture {
  readonly network: string;
  readonly count: number;
  readonly learningRate: number;
  readonly cases: readonly FixtureCase[];
}

function readFixture(path: string): TrainingFixture {
  return JSON.parse(readFileSync(new URL(`../../../test/${path}`, import.meta.url), 'utf8')) as TrainingFixture;
}

const network = outOfOrder();
const keras = readFixture('reference/kerasTrainingFixture.json');
const torch = readFixture('oracle/torchTrainingFixture.json');

/** With `mass`, 3/4 of it are the label's and 1/4 the next class's. */
function batchOf({ mass }: FixtureCase, step: number): ReferenceBatch {
  const { count, learningRate } = torch;
  const batch = seededBatch(network, step, { count, learningRate, weighted: true });
  if (mass === undefined) return batch;
  const targets = new Float64Array(count * network.classes);
  batch.labels.forEach((label, sample) => {
    targets[sample * network.classes + label] = 0.75 * mass;
    targets[sample * network.classes + ((label + 1) % network.classes)] = 0.25 * mass;
  });
  return { ...batch, targets };
}

/** Names of tensors whose digest is off by more than `tolerance`. */
function wrong(
  expected: Readonly<Record<string, Digest>>,
  valuesOf: (name: string) => Float64Array,
  tolerance: number,
): string[] {
  const names = Object.keys(expected);
  return names.filter((name) => !(digestError(digest(valuesOf(name)), expected[name]!) < tolerance));
}

const names = torch.cases.map(({ name }) => name);

test('both fixtures are of one network, and PyTorch has every case', () => {
  const settings = { network: network.name, count: 7, learningRate: 2 ** -5 };
  for (const fixture of [keras, torch]) expect(fixture).toMatchObject(settings);
  expect(keras.cases.map(({ name }) => name)).toEqual(names.filter((name) => name !== 'targets of another sum'));
});

describe('as PyTorch has it', () => {
  test.each(torch.cases)('$name', (expected) => {
    const reference = new ReferenceNetwork(network.config, network.weights, expected);
    expected.losses.forEach((loss, step) => {
      expect(Math.abs(reference.trainStep(batchOf(expected, step)).loss - loss)).toBeLessThan(1e-10);
    });
    expect(wrong(expected.weights, (name) => reference.weights.get(name)!.data, 1e-10)).toEqual([]);
    expect(wrong(expected.averages ?? {}, (name) => reference.average!.values.get(name)!, 1e-10)).toEqual([]);
  });
});

describe('as Keras has it', () => {
  test.each(keras.cases)('$name', (expected) => {
    const { adam, averageDecay = 0, ...options } = expected;
    const kerasAdam = adam && { adam: { ...adam, epsilon: kerasEpsilon(adam.epsilon, adam.beta2) } };
    const reference = new ReferenceNetwork(network.config, network.weights, { ...options, ...kerasAdam });
    let average: MovingAverage | undefined;
    expected.losses.forEach((loss, step) => {
      expect(Math.abs(reference.trainStep(batchOf(expected, step)).loss - loss)).toBeLessThan(1e-7);
      // Keras begins its average with the weights behind the first update, not with those before it.
      if (average) average.update(reference.weights);
      else average = new MovingAverage(reference.weights, averageDecay);
    });
    expect(wrong(expected.weights, (name) => reference.weights.get(name)!.data, 1e-7)).toEqual([]);
    expect(wrong(expected.averages ?? {}, (name) => average!.values.get(name)!, 1e-7)).toEqual([]);
  });
});
