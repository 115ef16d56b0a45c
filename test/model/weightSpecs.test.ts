import { describe, expect, test } from '@jest/globals';
import { countParameters } from '../../src/model/describeLayers.js';
import { weightSpecs } from '../../src/model/weightSpecs.js';
import { chain } from './fixtureModel.js';

/** `name [shape] initialiser` of the only layer's weights, frozen ones in brackets. */
function weightsOf(className: string, fields: Record<string, unknown>): string[] {
  return weightSpecs(chain([7, 8, 2], [[className, fields]])).map(({ name, shape, initializer, trainable }) => {
    const text = `${name} [${shape.join(', ')}] ${initializer}`;
    return trainable ? text : `(${text})`;
  });
}

describe('weightSpecs', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    [
      'Conv2D',
      { filters: 5, kernel_size: [3, 1] },
      ['layer_1/kernel [3, 1, 2, 5] GlorotUniform', 'layer_1/bias [5] Zeros'],
    ],
    ['Conv2D', { filters: 5, kernel_size: 1, use_bias: false }, ['layer_1/kernel [1, 1, 2, 5] GlorotUniform']],
    [
      'DepthwiseConv2D',
      { kernel_size: 3, depth_multiplier: 4 },
      ['layer_1/depthwise_kernel [3, 3, 2, 4] GlorotUniform', 'layer_1/bias [8] Zeros'],
    ],
    [
      'SeparableConv2D',
      { filters: 5, kernel_size: 3, depth_multiplier: 4 },
      [
        'layer_1/depthwise_kernel [3, 3, 2, 4] GlorotUniform',
        'layer_1/pointwise_kernel [1, 1, 8, 5] GlorotUniform',
        'layer_1/bias [5] Zeros',
      ],
    ],
    ['Dense', { units: 3 }, ['layer_1/kernel [2, 3] GlorotUniform', 'layer_1/bias [3] Zeros']],
    ['Dense', { units: 3, use_bias: false, trainable: false }, ['(layer_1/kernel [2, 3] GlorotUniform)']],
    [
      'BatchNormalization',
      { axis: [3] },
      [
        'layer_1/gamma [2] Ones',
        'layer_1/beta [2] Zeros',
        '(layer_1/moving_mean [2] Zeros)',
        '(layer_1/moving_variance [2] Ones)',
      ],
    ],
    [
      'BatchNormalization',
      { scale: false, center: false },
      ['(layer_1/moving_mean [2] Zeros)', '(layer_1/moving_variance [2] Ones)'],
    ],
    ['Activation', { activation: 'relu' }, []],
  ])('%s %j', (className, fields, expected) => {
    expect(weightsOf(className, fields)).toEqual(expected);
  });

  test.each([
    ['glorot_uniform', 'GlorotUniform'],
    [{ class_name: 'GlorotUniform', config: { seed: null }, module: 'keras.initializers' }, 'GlorotUniform'],
    [
      { class_name: 'VarianceScaling', config: { scale: 1, mode: 'fan_avg', distribution: 'uniform', seed: null } },
      'GlorotUniform',
    ],
    ['he_normal', 'HeNormal'],
    [{ class_name: 'VarianceScaling', config: { scale: 2, mode: 'fan_in', distribution: 'normal' } }, 'HeNormal'],
    [
      { class_name: 'VarianceScaling', config: { scale: 2, mode: 'fan_in', distribution: 'truncated_normal' } },
      'HeNormal',
    ],
    [
      { class_name: 'VarianceScaling', config: { scale: 2, mode: 'fan_in', distribution: 'untruncated_normal' } },
      'VarianceScaling',
    ],
  ])('reads the initialiser %j as %s', (given, expected) => {
    const fields = { units: 3, use_bias: false, kernel_initializer: given };
    expect(weightsOf('Dense', fields)).toEqual([`layer_1/kernel [2, 3] ${expected}`]);
  });

  test('refuses to normalise over an axis other than the channels', () => {
    expect(() => weightsOf('BatchNormalization', { axis: 1 })).toThrow(
      'expected axis to be -1 or 3, the channels, got 1',
    );
  });
});

test('countParameters adds up every weight', () => {
  const config = chain(
    [2, 2, 1],
    [
      ['BatchNormalization', {}],
      ['Flatten', {}],
      ['Dense', { units: 3 }],
    ],
  );
  expect(countParameters(config)).toBe(4 + 4 * 3 + 3);
});
