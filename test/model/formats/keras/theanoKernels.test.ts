import { expect, test } from '@jest/globals';
import { flipTheanoKernels } from '../../../../src/model/formats/keras/theanoKernels.js';
import { chain } from '../../fixtureModel.js';

test('turns each channel of a kernel by 180 degrees and leaves the bias', () => {
  const config = chain([4, 4, 2], [['Conv2D', { filters: 1, kernel_size: [2, 3], padding: 'valid' }]]);
  const bias = { shape: [1], data: Float32Array.of(7) };
  // [2, 3, 2, 1]: at each of the 2x3 places the two input channels, the second the negative of the first.
  const kernel = { shape: [2, 3, 2, 1], data: Float32Array.of(1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6) };
  const turned = flipTheanoKernels(
    config,
    new Map([
      ['layer_1/kernel', kernel],
      ['layer_1/bias', bias],
    ]),
    'm.h5',
  );
  expect(turned.get('layer_1/kernel')).toEqual({
    shape: [2, 3, 2, 1],
    data: Float32Array.of(6, -6, 5, -5, 4, -4, 3, -3, 2, -2, 1, -1),
  });
  expect(turned.get('layer_1/bias')).toBe(bias);
});

test.each([
  ['a convolution by two', [4, 4], 'Conv2D', { filters: 1, kernel_size: [3, 3], strides: [2, 2] }],
  ['an even window', [5, 5], 'Conv2D', { filters: 1, kernel_size: [2, 2] }],
  ['a pooling by two', [4, 4], 'MaxPooling2D', { pool_size: [3, 3], strides: [2, 2] }],
])('refuses %s whose first window Theano lays half a window outside', (_what, [height, width], className, fields) => {
  const config = chain([height!, width!, 1], [[className, { ...fields, padding: 'same' }]]);
  expect(() => flipTheanoKernels(config, new Map(), 'm.h5')).toThrow('whose padding "same" is another');
});

test('takes windows that both lay alike', () => {
  const layers: [string, Record<string, unknown>][] = [
    ['MaxPooling2D', { pool_size: [3, 3], strides: [2, 2], padding: 'same' }], // over 5 pixels: one around on each side
    ['AveragePooling2D', { pool_size: [2, 2], padding: 'valid' }],
  ];
  expect(flipTheanoKernels(chain([5, 5, 1], layers), new Map(), 'm.h5').size).toBe(0);
});

test('refuses separable convolutions by name', () => {
  const config = chain([4, 4, 1], [['SeparableConv2D', { filters: 1, kernel_size: [3, 3], padding: 'same' }]]);
  expect(() => flipTheanoKernels(config, new Map(), 'm.h5')).toThrow(
    'm.h5: layer layer_1 is a SeparableConv2D trained with Theano; expected one trained with TensorFlow.',
  );
});
