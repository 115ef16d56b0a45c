/** The matrices of minimal filters, against filters written out. */
import { describe, expect, test } from '@jest/globals';
import { minimalFilter, transpose, type Matrix } from '../../../src/kernels/winograd/minimalFilter.js';

const times = (matrix: Matrix, vector: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, value, i) => sum + value * vector[i]!, 0));

test('F(2, 3) has four multiplications, and the matrices of Lavin and Gray but for the signs and scales of rows', () => {
  const { points, inverse, filter, data } = minimalFilter(2, 3);
  expect(points).toBe(4);
  expect(data).toEqual([
    [-1, 0, 1, 0],
    [0, 1, 1, 0],
    [0, -1, 1, 0],
    [0, -1, 0, 1],
  ]);
  expect(filter).toEqual([
    [-1, -0, -0],
    [0.5, 0.5, 0.5],
    [0.5, -0.5, 0.5],
    [0, 0, 1],
  ]);
  expect(inverse).toEqual([
    [1, 1, 1, 0],
    [0, 1, -1, 1],
  ]);
});

describe.each([
  { outputs: 2, taps: 3 },
  { outputs: 3, taps: 3 },
  { outputs: 4, taps: 3 },
  { outputs: 2, taps: 5 },
  { outputs: 4, taps: 5 },
  { outputs: 2, taps: 7 },
])('F($outputs, $taps)', ({ outputs, taps }) => {
  const { points, inverse, filter, data } = minimalFilter(outputs, taps);
  const inputs = Array.from({ length: points }, (_, i) => ((i * 5) % 7) - 2);
  const weights = Array.from({ length: taps }, (_, i) => ((i * 3) % 5) - 1);

  test('gives the outputs of the filter', () => {
    const [a, b] = [times(data, inputs), times(filter, weights)];
    const found = times(
      inverse,
      a.map((value, i) => value * b[i]!),
    );
    const expected = Array.from({ length: outputs }, (_, i) =>
      weights.reduce((sum, weight, tap) => sum + weight * inputs[i + tap]!, 0),
    );
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 10));
  });

  test('transposed, gives the gradient of the weights', () => {
    const gradients = Array.from({ length: outputs }, (_, i) => i * i - 2);
    const [a, b] = [times(data, inputs), times(transpose(inverse), gradients)];
    const found = times(
      transpose(filter),
      a.map((value, i) => value * b[i]!),
    );
    weights.forEach((_, tap) => {
      const expected = gradients.reduce((sum, gradient, i) => sum + gradient * inputs[i + tap]!, 0);
      expect(found[tap]).toBeCloseTo(expected, 10);
    });
  });
});
