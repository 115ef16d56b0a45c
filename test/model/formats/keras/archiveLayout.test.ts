import { expect, test } from '@jest/globals';
import { groupNames, snakeCase } from '../../../../src/model/formats/keras/archiveLayout.js';
import { chain } from '../../fixtureModel.js';

// As keras.src.utils.naming.to_snake_case of Keras 3.15.1 writes them.
test.each([
  ['Dense', 'dense'],
  ['Conv2D', 'conv2d'],
  ['SeparableConv2D', 'separable_conv2d'],
  ['BatchNormalization', 'batch_normalization'],
  ['GlobalAveragePooling2D', 'global_average_pooling2d'],
  ['InputLayer', 'input_layer'],
  ['ReLU', 're_lu'],
])('%s is %s', (className, name) => {
  expect(snakeCase(className)).toBe(name);
});

test('layers of a class are numbered from the second on, whatever they are called', () => {
  const { layers } = chain(
    [8, 8, 1],
    [
      ['Conv2D', {}],
      ['ReLU', {}],
      ['Conv2D', {}],
      ['Flatten', {}],
      ['Conv2D', {}],
    ],
  ).config;
  expect(groupNames(layers)).toEqual(['input_layer', 'conv2d', 're_lu', 'conv2d_1', 'flatten', 'conv2d_2']);
});
