import { describe, expect, test } from '@jest/globals';
import { normaliseKerasConfig } from '../../../../src/model/formats/keras/normaliseConfig.js';
import { pairWeights } from '../../../../src/model/formats/keras/pairWeights.js';
import type { NamedWeight } from '../../../../src/model/modelFile.js';
import { arraysOf, keras3 } from './keras3Fixture.js';

const classic = keras3.runs['classic']!;
const config = normaliseKerasConfig(classic.config, 'model.h5');

/** The arrays of the fixture, changed by `change`. */
function paired(change: (arrays: Map<string, NamedWeight[]>) => void) {
  const arrays = arraysOf(classic);
  change(arrays);
  return () => pairWeights(config, arrays, 'model.h5');
}

describe('pairWeights', () => {
  test('gives each array the name of its place in the layer', () => {
    const arrays = arraysOf(classic);
    const weights = pairWeights(config, arrays, 'model.h5');
    expect([...weights.keys()]).toEqual([
      'conv/kernel',
      'norm/gamma',
      'norm/beta',
      'norm/moving_mean',
      'norm/moving_variance',
      'separable/depthwise_kernel',
      'separable/pointwise_kernel',
      'shortcut/kernel',
      'shortcut/bias',
      'classes/kernel',
      'classes/bias',
    ]);
    expect(weights.get('norm/moving_variance')).toBe(arrays.get('norm')![3]);
    expect(weights.get('separable/pointwise_kernel')).toBe(arrays.get('separable')![1]);
  });

  test('takes layers without weights that the file lists, and layers that it does not', () => {
    expect(paired((arrays) => arrays.set('rectify', []))).not.toThrow();
    expect(paired((arrays) => arrays.set('elsewhere', []))).not.toThrow();
  });

  test('names the layer whose arrays are missing or too many', () => {
    expect(paired((arrays) => arrays.delete('shortcut'))).toThrow(
      'model.h5: layer shortcut: expected shortcut/kernel, shortcut/bias, got 0 arrays. Save the model again in Keras.',
    );
    expect(paired((arrays) => arrays.get('norm')!.pop())).toThrow(
      'layer norm: expected norm/gamma, norm/beta, norm/moving_mean, norm/moving_variance, got 3 arrays',
    );
    expect(paired((arrays) => arrays.set('drop', arrays.get('conv')!))).toThrow(
      'layer drop: expected no weights, got 1 arrays',
    );
    expect(paired((arrays) => arrays.set('__proto__', arrays.get('conv')!))).toThrow(
      'expected weights of its layers only, got 1 of __proto__, which is no layer',
    );
  });

  test('names the weight of another shape or with fewer values than its shape says', () => {
    const kernel = { shape: [3, 3, 4, 2], data: new Float32Array(72) };
    expect(paired((arrays) => arrays.set('conv', [kernel]))).toThrow(
      'expected weight conv/kernel to be [3, 3, 2, 4] as its layer says, got [3, 3, 4, 2] with 72 values',
    );
    const short = { shape: [3, 3, 2, 4], data: new Float32Array(71) };
    expect(paired((arrays) => arrays.set('conv', [short]))).toThrow('got [3, 3, 2, 4] with 71 values');
  });
});
