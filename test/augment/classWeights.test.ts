import { describe, expect, test } from '@jest/globals';
import { balancedClassWeights } from '../../src/augment/classWeights.js';

describe('balancedClassWeights', () => {
  test('is n / (classes * n_c)', () => {
    expect(Array.from(balancedClassWeights([2, 4, 6]))).toEqual([2, 1, Math.fround(2 / 3)]);
  });

  test("agrees with scikit-learn 1.9 on FER-2013's Training rows", () => {
    // compute_class_weight("balanced", classes=np.arange(7), y=np.repeat(np.arange(7), counts))
    const expected = [1.02660468, 9.40661861, 1.00104606, 0.56843877, 0.84912748, 1.29337298, 0.82603942];
    const weights = balancedClassWeights([3995, 436, 4097, 7215, 4830, 3171, 4965]);
    expected.forEach((value, label) => expect(weights[label]).toBeCloseTo(value, 6));
  });

  test('gives an absent class weight 0 and the others what they would have without it', () => {
    expect(Array.from(balancedClassWeights([3, 0, 1]))).toEqual([Math.fround(4 / 6), 0, 2]);
  });

  test('refuses no images at all and counts that are none', () => {
    expect(() => balancedClassWeights([0, 0])).toThrow('Class weights need at least one image, got none in any class.');
    expect(() => balancedClassWeights([4, -1])).toThrow(
      'Class counts must be whole numbers from 0, got -1 for class 1.',
    );
  });
});
