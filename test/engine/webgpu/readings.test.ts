/** The loss and the probabilities that the host makes of outputs, in numbers that a person can check. */
import { describe, expect, test } from '@jest/globals';
import { crossEntropy, softmax } from '../../../src/engine/webgpu/readings.js';

const [first, second] = [Math.log(3), Math.log(1)];

describe('crossEntropy', () => {
  const outputs = Float32Array.of(first, second, second, first); // probabilities 3/4, 1/4 and 1/4, 3/4
  const labels = Int32Array.of(0, 0);

  test('is the mean of the surprises, and counts the largest outputs that meet their labels', () => {
    const targets = Float32Array.of(1, 0, 1, 0);
    const { loss, correct } = crossEntropy(outputs, 2, { labels, targets, sampleWeights: Float32Array.of(1, 1) });
    expect(loss).toBeCloseTo((Math.log(4 / 3) + Math.log(4)) / 2, 6);
    expect(correct).toBe(1);
  });

  test('weighs each sample, and takes targets between classes', () => {
    const targets = Float32Array.of(0.5, 0.5, 0, 2);
    const { loss } = crossEntropy(outputs, 2, { labels, targets, sampleWeights: Float32Array.of(4, 0.5) });
    const expected = (4 * (0.5 * Math.log(4 / 3) + 0.5 * Math.log(4)) + 0.5 * 2 * Math.log(4 / 3)) / 2;
    expect(loss).toBeCloseTo(expected, 6);
  });

  test('is finite for outputs whose exponentials are not', () => {
    const targets = Float32Array.of(1, 0);
    const far = crossEntropy(Float32Array.of(-500, 500), 1, { labels, targets, sampleWeights: Float32Array.of(1) });
    expect(far.loss).toBe(1000);
  });

  test('is NaN for outputs that are, of which none counts as correct', () => {
    const expected = { labels, targets: Float32Array.of(1, 0), sampleWeights: Float32Array.of(1) };
    for (const outputs of [
      [0, NaN],
      [NaN, 0],
      [NaN, NaN],
    ]) {
      const { loss, correct } = crossEntropy(Float32Array.from(outputs), 1, expected);
      expect({ loss, correct }).toEqual({ loss: NaN, correct: 0 });
    }
  });
});

test('softmax gives probabilities, row by row', () => {
  const probabilities = softmax(Float32Array.of(first, second, 1000, 1000), 2);
  expect(probabilities[0]).toBeCloseTo(0.75, 6);
  expect(probabilities[1]).toBeCloseTo(0.25, 6);
  expect([...probabilities.subarray(2)]).toEqual([0.5, 0.5]);
});
