/** The reference network's gradients against central finite differences of its loss. */
import { describe, expect, test } from '@jest/globals';
import { seededBatch } from '../batches.js';
import type { TestNetwork } from '../configBuilder.js';
import { referenceNetworks } from '../networks.js';
import { dropoutNetwork } from '../networks/connections.js';
import { referenceLayerNames } from './layers.js';
import { ReferenceNetwork } from './network.js';

const change = 1e-5;
const samplesPerTensor = 4;

/** Weights whose gradient is off by more than 1e-6 of the tensor's largest. */
function wrongGradients(network: TestNetwork, reference: ReferenceNetwork): string[] {
  const batch = seededBatch(network, 0, { count: 3, weighted: true });
  const { gradients } = reference.differentiate(batch);
  const wrong: string[] = [];
  for (const [name, gradient] of gradients) {
    const values = reference.weights.get(name)!.data;
    const lossAt = (index: number, value: number): number => {
      const kept = values[index]!;
      values[index] = value;
      const loss = reference.loss(batch);
      values[index] = kept;
      return loss;
    };
    const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 1e-3);
    for (let sample = 0; sample < samplesPerTensor; sample++) {
      const index = Math.floor((sample * values.length) / samplesPerTensor);
      const value = values[index]!;
      const slope = (lossAt(index, value + change) - lossAt(index, value - change)) / (2 * change);
      if (!(Math.abs(slope - gradient[index]!) < 1e-6 * largest)) {
        wrong.push(`${name}[${index}]: ${gradient[index]!}, finite difference ${slope}`);
      }
    }
  }
  return wrong;
}

describe('gradients equal finite differences', () => {
  test.each(referenceNetworks.map((network) => [network.name, network] as const))('%s', (_, network) => {
    const reference = new ReferenceNetwork(network.config, network.weights);
    const trainable = [...network.weights.keys()].filter((name) => !name.includes('/moving_'));
    expect(wrongGradients(network, reference)).toEqual([]);
    const { gradients } = reference.differentiate(seededBatch(network, 0, { count: 3 }));
    expect([...gradients.keys()].sort()).toEqual(trainable.sort());
  });

  test('dropout, with a mask from outside', () => {
    const network = dropoutNetwork();
    const reference = new ReferenceNetwork(network.config, network.weights);
    const size = network.inputShape.reduce((product, length) => product * length, 1);
    reference.dropoutMasks.set(
      'dropout_1',
      Float64Array.from({ length: 3 * size }, (_, i) => (i % 5 < 2 ? 0 : 1 / 0.6)),
    );
    expect(wrongGradients(network, reference)).toEqual([]);
  });
});

test('the networks use every layer that the reference knows', () => {
  const used = [...referenceNetworks, dropoutNetwork()].flatMap(({ config }) => config.config.layers);
  const names = new Set(used.map((layer) => layer.class_name).filter((name) => name !== 'InputLayer'));
  expect([...names].sort()).toEqual([...referenceLayerNames].sort());
});
