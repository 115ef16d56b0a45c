import { describe, expect, test } from '@jest/globals';
import { computeFans, initialiseWeights } from '../../src/model/initialiseWeights.js';
import { miniXception } from '../../src/model/architectures/miniXception.js';
import { Random } from '../../src/random.js';
import { chain } from './fixtureModel.js';

describe('computeFans', () => {
  // keras.src.initializers.random_initializers.compute_fans of Keras 3.15.1 gives the same.
  test.each([
    [[200, 10], 200, 10],
    [[3, 3, 1, 8], 9, 72],
    [[1, 1, 64, 128], 64, 128],
    [[3, 3, 64, 1], 576, 9], // depthwise
  ])('of %j', (shape, fanIn, fanOut) => {
    expect(computeFans(shape)).toEqual({ fanIn, fanOut });
  });
});

describe('initialiseWeights', () => {
  test('fills the range of Glorot uniform with its variance', () => {
    const config = chain(
      [100, 100, 1],
      [
        ['Flatten', {}],
        ['Dense', { units: 20 }],
      ],
    );
    const { data, shape } = initialiseWeights(config, new Random(1)).get('layer_2/kernel')!;
    const limit = Math.sqrt(6 / 10020);
    expect(shape).toEqual([10000, 20]);
    expect(data).toHaveLength(200000);
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(Math.fround(limit));
    expect(largest).toBeGreaterThan(0.999 * limit);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
    expect(mean / limit).toBeCloseTo(0, 2); // standard error 0.0013
    expect(variance / (limit ** 2 / 3)).toBeCloseTo(1, 2);
  });

  test('fills He normal to two of its untruncated deviations, with a variance of 2 / fanIn', () => {
    const config = chain([5, 5, 8], [['Conv2D', { filters: 1000, kernel_size: 5, kernel_initializer: 'he_normal' }]]);
    const { data } = initialiseWeights(config, new Random(1)).get('layer_1/kernel')!;
    expect(data).toHaveLength(200000);
    const deviation = Math.sqrt(2 / 200);
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest / deviation).toBeCloseTo(2 / 0.87962566, 3); // scipy.stats.truncnorm(-2, 2).std() is 0.87962566
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
    expect(mean / deviation).toBeCloseTo(0, 2); // standard error 0.0022
    expect(variance / deviation ** 2).toBeCloseTo(1, 2); // standard error 0.0024
    const beyondOne = data.filter((value) => Math.abs(value) > deviation / 0.87962566).length;
    expect(beyondOne / data.length).toBeCloseTo(0.2848, 2); // (Phi(2) - Phi(1)) / (Phi(2) - Phi(0))
  });

  test('gives biases and normalisations their constants', () => {
    const config = chain(
      [2, 2, 3],
      [
        ['BatchNormalization', {}],
        ['Dense', { units: 2 }],
      ],
    );
    const weights = initialiseWeights(config, new Random(1));
    const constants = [...weights]
      .filter(([name]) => !name.endsWith('kernel'))
      .map(([name, { data }]) => [name, [...data]]);
    expect(Object.fromEntries(constants)).toEqual({
      'layer_1/gamma': [1, 1, 1],
      'layer_1/beta': [0, 0, 0],
      'layer_1/moving_mean': [0, 0, 0],
      'layer_1/moving_variance': [1, 1, 1],
      'layer_2/bias': [0, 0],
    });
  });

  test('depends on seed and name only', () => {
    const small = miniXception({ inputShape: [48, 48, 1], classes: 7 });
    const shuffled = { ...small, config: { ...small.config, layers: [...small.config.layers].reverse() } };
    const weights = initialiseWeights(small, new Random(3));
    const again = initialiseWeights(shuffled, new Random(3));
    expect([...again.keys()]).not.toEqual([...weights.keys()]);
    for (const [name, weight] of weights) expect(again.get(name)).toEqual(weight);
    const other = initialiseWeights(small, new Random(4));
    expect(other.get('conv2d_1/kernel')!.data).not.toEqual(weights.get('conv2d_1/kernel')!.data);
    expect(weights.get('separable_conv2d_1/depthwise_kernel')!.data).not.toEqual(weights.get('conv2d_1/kernel')!.data);
  });

  test('names an initialiser that it does not know', () => {
    const config = chain([2, 2, 1], [['Dense', { units: 2, kernel_initializer: 'orthogonal' }]]);
    expect(() => initialiseWeights(config, new Random(1))).toThrow(
      expect.objectContaining({
        code: 'MODEL_UNSUPPORTED',
        message: expect.stringContaining(
          'Weight layer_1/kernel asks for initialiser orthogonal; expected GlorotUniform, HeNormal',
        ),
      }),
    );
  });
});
