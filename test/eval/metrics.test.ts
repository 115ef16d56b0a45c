/** Metrics against scikit-learn and against numbers that a person can check. */
import { describe, expect, test } from '@jest/globals';
import { argmax, classificationMetrics, confusionMatrix, crossEntropy } from '../../src/eval/metrics.js';
import { reportCases } from './reportFixture.js';

describe('confusionMatrix', () => {
  test('counts true classes in rows and predicted ones in columns', () => {
    expect(confusionMatrix([0, 0, 1, 2, 2, 2], [0, 2, 1, 2, 2, 0], 3)).toEqual([
      [1, 0, 1],
      [0, 1, 0],
      [1, 0, 2],
    ]);
  });

  test('keeps a class without images', () => {
    expect(confusionMatrix([0], [0], 2)).toEqual([
      [1, 0],
      [0, 0],
    ]);
  });

  test('refuses lengths that differ and indices that are no class', () => {
    expect(() => confusionMatrix([0, 1], [0], 2)).toThrow('got 2 labels and 1 predictions');
    expect(() => confusionMatrix([2], [0], 2)).toThrow('Label 0 is 2; expected a class index from 0 to 1');
    expect(() => confusionMatrix([0], [-1], 2)).toThrow('Prediction 0 is -1');
  });
});

describe('classificationMetrics equals scikit-learn within 1e-12', () => {
  test.each(reportCases)('$name', (oracle) => {
    const metrics = classificationMetrics(oracle.confusionMatrix);
    const differences = [metrics.accuracy - oracle.accuracy];
    const pairs = [
      ...metrics.perClass.map((scores, index) => [scores, oracle.perClass[index]!] as const),
      [metrics.macro, oracle.macro] as const,
      [metrics.weighted, oracle.weighted] as const,
    ];
    for (const [actual, expected] of pairs) {
      differences.push(actual.precision - expected.precision, actual.recall - expected.recall, actual.f1 - expected.f1);
    }
    expect(Math.max(...differences.map(Math.abs))).toBeLessThan(1e-12);
    expect(metrics.perClass.map((scores) => scores.support)).toEqual(oracle.perClass.map((scores) => scores.support));
  });
});

describe('classificationMetrics', () => {
  test('lists the scores that had no denominator', () => {
    const neverPredicted = classificationMetrics([
      [5, 0],
      [3, 0],
    ]);
    expect(neverPredicted.zeroDivision).toEqual([{ metric: 'precision', classIndex: 1 }]);
    const neitherTrueNorPredicted = classificationMetrics([
      [5, 0],
      [0, 0],
    ]);
    expect(neitherTrueNorPredicted.zeroDivision).toEqual([
      { metric: 'precision', classIndex: 1 },
      { metric: 'recall', classIndex: 1 },
      { metric: 'f1', classIndex: 1 },
    ]);
  });

  test('gives zeros, not NaN, for no images at all', () => {
    const metrics = classificationMetrics([
      [0, 0],
      [0, 0],
    ]);
    expect(metrics.accuracy).toBe(0);
    expect(metrics.weighted).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 });
  });
});

describe('crossEntropy', () => {
  test('is the mean of -log of the probability of the label', () => {
    const loss = crossEntropy([0.5, 0.5, 0.75, 0.25], [0, 1], 2);
    expect(loss).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 15);
  });

  test('clips at 1e-7 and 1 - 1e-7', () => {
    expect(crossEntropy([1, 0], [1], 2)).toBeCloseTo(-Math.log(1e-7), 12);
    expect(crossEntropy([1, 0], [0], 2)).toBeCloseTo(1e-7, 12);
  });

  test('is NaN when a probability is, so that a diverged model shows', () => {
    expect(crossEntropy([NaN, NaN], [0], 2)).toBeNaN();
  });

  test('refuses lengths that do not fit', () => {
    expect(() => crossEntropy([0.5, 0.5, 1], [0, 1], 2)).toThrow('Expected 2 x 2 probabilities for 2 labels; got 3');
  });
});

describe('argmax', () => {
  test('finds the largest, the first of equals, and looks only at its slice', () => {
    expect(argmax([1, 3, 2])).toBe(1);
    expect(argmax([1, 3, 3])).toBe(1);
    expect(argmax([9, 0, 1, 2, 0, 9], 2, 3)).toBe(1);
  });
});
