import { expect, test } from '@jest/globals';
import { NetworkBuilder } from '../../../src/model/architectures/networkBuilder.js';
import { describeLayers } from '../../../src/model/describeLayers.js';

/** A 4x4 image through every kind of layer. */
function everyKind() {
  const net = new NetworkBuilder('every_kind', [4, 4, 1]);
  const options = { filters: 2, kernelSize: 3, padding: 'same', useBias: true } as const;
  const first = net.conv2D(net.input, options, 'named');
  const second = net.relu(net.batchNormalization(net.separableConv2D(net.conv2D(first, options), 2)));
  const sum = net.add(first, second);
  const pooled = net.averagePooling2D(net.maxPooling2D(sum), { poolSize: 2, strides: 1, padding: 'same' });
  const dense = net.dense(net.dropout(net.flatten(pooled), 0.25), { units: 3 });
  return net.finish(dense);
}

test('numbers the layers of each class as Keras does, without those that have a name', () => {
  const layers = describeLayers(everyKind());
  expect(
    layers.map(({ name, inputs, outputShape }) => `${inputs.join('+')} > ${name} ${outputShape.join('x')}`),
  ).toEqual([
    ' > input_1 4x4x1',
    'input_1 > named 4x4x2',
    'named > conv2d_1 4x4x2',
    'conv2d_1 > separable_conv2d_1 4x4x2',
    'separable_conv2d_1 > batch_normalization_1 4x4x2',
    'batch_normalization_1 > activation_1 4x4x2',
    'named+activation_1 > add_1 4x4x2',
    'add_1 > max_pooling2d_1 2x2x2',
    'max_pooling2d_1 > average_pooling2d_1 2x2x2',
    'average_pooling2d_1 > flatten_1 8',
    'flatten_1 > dropout_1 8',
    'dropout_1 > dense_1 3',
    'dense_1 > predictions 3',
  ]);
});

test('gives a config of one input and one softmax', () => {
  const { config } = everyKind();
  expect(config.name).toBe('every_kind');
  expect(config.input_layers).toEqual([['input_1', 0, 0]]);
  expect(config.output_layers).toEqual([['predictions', 0, 0]]);
  expect(config.layers.at(-1)!.config['activation']).toBe('softmax');
  expect(config.layers.find(({ name }) => name === 'dropout_1')!.config['rate']).toBe(0.25);
});
