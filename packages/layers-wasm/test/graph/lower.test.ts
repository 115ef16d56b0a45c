/** Which layers of a model become operations. */
import { describe, expect, test } from '@jest/globals';
import { lowerLayers } from '../../src/graph/lower.js';
import { compile } from '../../src/index.js';
import { seededBatch } from '../batches.js';
import { ConfigBuilder, type TestNetwork } from '../configBuilder.js';
import { deviation } from '../deviation.js';
import { ReferenceNetwork } from '../reference/network.js';

/** Two heads with a softmax each behind one trunk, of which one is the model's output. */
function twoHeads(kept: 'first' | 'second'): TestNetwork {
  const net = new ConfigBuilder('twoHeads', [6, 5, 3]);
  const trunk = net.add(
    'Flatten',
    {},
    net.add('Conv2D', { filters: 4, kernel_size: [3, 3], name: 'trunk' }, net.input),
  );
  const heads = {
    first: net.add('Dense', { units: 3, activation: 'softmax', name: 'first' }, trunk),
    second: net.add('Dense', { units: 5, activation: 'softmax', name: 'second' }, trunk),
  };
  return net.finish(heads[kept]);
}

test.each(['first', 'second'] as const)(
  'a head that is not the output is left out of prediction: the %s is kept',
  async (kept) => {
    const network = twoHeads(kept);
    const graph = lowerLayers(network.config, { training: false });
    expect(graph.parameters.map(({ name }) => name)).toEqual([
      'trunk/kernel',
      'trunk/bias',
      `${kept}/kernel`,
      `${kept}/bias`,
    ]);
    const { images } = seededBatch(network, 0, { count: 2 });
    const engine = await compile(network.config, network.weights, { batchSize: 2, threads: 1, inferenceOnly: true });
    const outputs = engine.predict(images, 2);
    await engine.close();
    expect(deviation(outputs, new ReferenceNetwork(network.config, network.weights).predict(images, 2))).toBeLessThan(
      1e-5,
    );
  },
);

test('a head that is not the output is named when the model is to be trained', () => {
  expect(() => lowerLayers(twoHeads('first').config, { training: true })).toThrow(/"second": nothing reads its output/);
});

test('layers that do not lead to the output may be of any class', () => {
  const { config } = twoHeads('first');
  config.config.layers.find(({ name }) => name === 'second')!.class_name = 'Lambda';
  expect(lowerLayers(config, { training: false }).operations.map(({ layer }) => layer)).toEqual([
    'trunk',
    'flatten_1',
    'first',
  ]);
});

describe('the shape of the input', () => {
  test.each<[unknown, string, RegExp]>([
    [[null, 10], 'MODEL_UNSUPPORTED', /"input_1": images of one known size, .* got \[null,10\]/],
    [[null, 4, 8, 8, 3], 'MODEL_UNSUPPORTED', /"input_1": images of one known size/],
    [[null, null, null, 3], 'MODEL_UNSUPPORTED', /"input_1": images of one known size/],
    [[null, 8, 0, 3], 'MODEL_INVALID', /"input_1": batch_input_shape must be .* got \[null,8,0,3\]/],
    [undefined, 'MODEL_INVALID', /"input_1": batch_input_shape must be .* got undefined/],
  ])('%j', (shape, code, message) => {
    const { config } = twoHeads('first');
    config.config.layers[0]!.config['batch_input_shape'] = shape;
    expect(() => lowerLayers(config, { training: false })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

test('an unknown class is what is wrong with the layer', () => {
  const { config } = twoHeads('first');
  config.config.layers.find(({ name }) => name === 'first')!.class_name = 'Lambda';
  expect(() => lowerLayers(config, { training: false })).toThrow(
    'Layer "first" (Lambda) cannot run here: its class is none of Conv2D, DepthwiseConv2D, ',
  );
});
