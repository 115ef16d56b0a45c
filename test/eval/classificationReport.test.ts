/** The text of the report, equal to scikit-learn's to the last character. */
import { describe, expect, test } from '@jest/globals';
import { classificationReport } from '../../src/eval/classificationReport.js';
import { classificationMetrics } from '../../src/eval/metrics.js';
import { reportCases } from './reportFixture.js';

describe('classificationReport equals scikit-learn', () => {
  test.each(reportCases)('$name', ({ confusionMatrix, classNames, report2, report4 }) => {
    const metrics = classificationMetrics(confusionMatrix);
    expect(classificationReport(metrics, classNames)).toBe(report2);
    expect(classificationReport(metrics, classNames, { digits: 4 })).toBe(report4);
  });
});

test('refuses a wrong number of class names', () => {
  const metrics = classificationMetrics([
    [1, 0],
    [0, 1],
  ]);
  expect(() => classificationReport(metrics, ['only one'])).toThrow('Expected 2 class names, one per class; got 1');
});
