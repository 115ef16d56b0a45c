/** Single layers in the forms that versions of Keras write them. */
import { describe, expect, test } from '@jest/globals';
import type { KerasLayer } from '../../../../../src/model/formats/keras/config/kerasLayer.js';
import { Remarks } from '../../../../../src/model/formats/keras/config/remarks.js';
import { translateLayer } from '../../../../../src/model/formats/keras/config/translateLayer.js';

function translate(className: string, config: Record<string, unknown>, remarks = new Remarks()) {
  const layer: KerasLayer = { name: 'it', className, config, inputs: [] };
  return translateLayer(layer, remarks);
}

const scaling = (scale: number, mode: string, distribution: string): object => ({
  class_name: 'VarianceScaling',
  config: { scale, mode, distribution, seed: null },
});

describe('initialisers', () => {
  const module = 'keras.initializers';
  test.each([
    ['glorot_uniform', scaling(1, 'fan_avg', 'uniform')],
    ['he_normal', scaling(2, 'fan_in', 'normal')],
    ['zero', { class_name: 'Zeros', config: {} }],
    [{ class_name: 'LecunNormal', config: { seed: 7 } }, scaling(1, 'fan_in', 'normal')],
    [
      { module, class_name: 'HeUniform', config: { seed: null }, registered_name: null },
      scaling(2, 'fan_in', 'uniform'),
    ],
    [scaling(3, 'fan_out', 'truncated_normal'), scaling(3, 'fan_out', 'truncated_normal')],
  ])('%j is %j', (given, expected) => {
    expect(translate('Dense', { units: 2, kernel_initializer: given }).config['kernel_initializer']).toEqual(expected);
  });

  test('of other kinds are left out, as the weights replace what they made', () => {
    for (const given of ['orthogonal', 'my_own', { class_name: 'Constant', config: { value: 3 } }, null]) {
      expect(translate('Dense', { units: 2, kernel_initializer: given }).config).not.toHaveProperty(
        'kernel_initializer',
      );
    }
  });
});

describe('L2 penalties', () => {
  const half = { class_name: 'L1L2', config: { l1: 0, l2: 0.5 } };
  test.each([
    [{ name: 'WeightRegularizer', l1: 0, l2: 0.5 }, half],
    [{ class_name: 'L1L2', config: { l1: 0, l2: 0.5 } }, half],
    [{ class_name: 'L2', config: { l2: 0.5 } }, half],
    [{ module: 'keras.regularizers', class_name: 'L2', config: { l2: 0.5 }, registered_name: null }, half],
    [{ class_name: 'L1L2', config: { l1: 0, l2: 0 } }, null],
    [null, null],
  ])('%j is %j', (given, expected) => {
    expect(translate('Dense', { units: 2, kernel_regularizer: given }).config['kernel_regularizer']).toEqual(expected);
  });
});

describe('layers', () => {
  test('Keras 1 pads four sides without pairs', () => {
    expect(translate('ZeroPadding2D', { padding: [1, 2, 3, 4], dim_ordering: 'tf' }).config).toEqual({
      name: 'it',
      trainable: true,
      padding: [
        [1, 2],
        [3, 4],
      ],
      data_format: 'channels_last',
    });
  });

  test('TensorFlow 1 numbers its batch normalisation', () => {
    expect(translate('BatchNormalizationV1', { axis: [3], epsilon: 0.5 })).toMatchObject({
      className: 'BatchNormalization',
      config: { epsilon: 0.5 },
    });
  });

  test('TensorFlow.js counts the axis of a softmax from the front', () => {
    for (const axis of [-1, 1, [-1]]) expect(translate('Softmax', { axis }).config['axis']).toBe(-1);
  });

  test('a function may be an object of class function', () => {
    const relu = { module: 'builtins', class_name: 'function', config: 'relu', registered_name: 'function' };
    expect(translate('Activation', { activation: relu }).config['activation']).toBe('relu');
    expect(translate('Dense', { units: 2 }).config['activation']).toBe('linear');
  });

  test('policies of numbers are read in the forms of TensorFlow and of Keras 3, and remarked', () => {
    const remarks = new Remarks();
    const policy = (className: string) => ({ class_name: className, config: { name: 'mixed_float16' } });
    translate('Flatten', { dtype: policy('Policy') }, remarks);
    translate('Flatten', { dtype: policy('DTypePolicy') }, remarks);
    translate('Flatten', { dtype: 'float64' }, remarks);
    expect(remarks.texts()).toEqual([
      'mixed_float16 runs in float32 here (it, it)',
      'float64 runs in float32 here (it)',
    ]);
  });
});

test('a remark names three layers and counts the rest', () => {
  const remarks = new Remarks();
  for (const layer of ['a', 'b', 'c', 'd', 'e']) remarks.add('it happens', layer);
  expect(remarks.texts()).toEqual(['it happens (a, b, c and 2 more)']);
});
