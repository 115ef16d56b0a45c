/** The reference network against real Keras in float64, by the numbers of makeKerasFixture.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { seededBatch } from '../batches.js';
import { digest, digestError, type Digest } from '../digest.js';
import { narrowMiniXception, referenceNetworks } from '../networks.js';
import { dropoutNetwork } from '../networks/connections.js';
import { kerasEpsilon } from './adam.js';
import { ReferenceNetwork } from './network.js';

interface KerasFixture {
  readonly count: number;
  readonly adam: Readonly<Record<'learning_rate' | 'beta_1' | 'beta_2' | 'epsilon', number>>;
  readonly networks: readonly KerasResult[];
}

interface KerasResult {
  readonly name: string;
  readonly predictions: Digest;
  readonly losses?: readonly number[];
  readonly weights?: Readonly<Record<string, Digest>>;
}

const file = new URL('../../../test/reference/kerasFixture.json', import.meta.url);
const fixture = JSON.parse(readFileSync(file, 'utf8')) as KerasFixture;
const networks = [...referenceNetworks, narrowMiniXception, dropoutNetwork()];

const { learning_rate: learningRate, beta_1: beta1, beta_2: beta2, epsilon } = fixture.adam;
const adam = { beta1, beta2, epsilon: kerasEpsilon(epsilon, beta2) };

test('the fixture holds every network', () => {
  expect(fixture.networks.map(({ name }) => name)).toEqual(networks.map(({ name }) => name));
});

describe('as Keras has it', () => {
  test.each(fixture.networks)('$name', ({ name, predictions, losses = [], weights = {} }) => {
    const network = networks.find((candidate) => candidate.name === name)!;
    const reference = new ReferenceNetwork(network.config, network.weights, { adam });
    const { images } = seededBatch(network, 0, { count: fixture.count });
    expect(digestError(digest(reference.predict(images, fixture.count)), predictions)).toBeLessThan(1e-12);

    losses.forEach((expected, step) => {
      const batch = seededBatch(network, step, { count: fixture.count, learningRate, weighted: true });
      expect(Math.abs(reference.trainStep(batch).loss - expected)).toBeLessThan(1e-7);
    });
    const errors = Object.entries(weights).map(([key, expected]) => ({
      key,
      error: digestError(digest(reference.weights.get(key)!.data), expected),
    }));
    expect(errors.filter(({ error }) => !(error < 1e-7))).toEqual([]);
  });
});
