/** The matrices of minimal filters, against filters written out. */
import { describe, expect, test } from '@jest/globals';
import {
  minimalFilter,
  transpose,
  type Matrix,
  type MinimalFilter,
} from '../../../src/kernels/winograd/minimalFilter.js';
import { Sequence } from '../../sequence.js';

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

/** F(4, 3) at 0, 1, -1, 2, -2 and infinity: the matrices of Lavin and Gray 2016, section 4.2. */
const usual: MinimalFilter = {
  outputs: 4,
  taps: 3,
  points: 6,
  inverse: [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 0],
    [0, 1, -1, 8, -8, 1],
  ],
  filter: [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ],
  data: [
    [4, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ],
};

/** Root mean square of what rounding to single precision changes in tiles of 4x4 outputs, each a sum over 32 channels. */
function roundingError({ inverse, filter, data }: MinimalFilter): number {
  const numbers = new Sequence('rounding');
  const square = (size: number): number[][] => Array.from({ length: size }, () => [...numbers.values(size)]);
  const both = (matrix: Matrix, values: Matrix, round: (value: number) => number): Matrix => {
    const along = (rows: Matrix): Matrix =>
      rows.map((row) =>
        matrix.map((factors) => factors.reduce((sum, factor, i) => round(sum + round(round(factor) * row[i]!)), 0)),
      );
    return transpose(along(transpose(along(values))));
  };
  let squares = 0;
  for (let tile = 0; tile < 20; tile++) {
    const channels = Array.from({ length: 32 }, () => ({ inputs: square(6), weights: square(3) }));
    const [rounded, exact] = [Math.fround, (value: number) => value].map((round) => {
      const sums = square(6).map((row) => row.map(() => 0));
      for (const { inputs, weights } of channels) {
        const [a, b] = [both(data, inputs, round), both(filter, weights, round)];
        sums.forEach((row, y) => row.forEach((sum, x) => (row[x] = round(sum + round(a[y]![x]! * b[y]![x]!)))));
      }
      return both(inverse, sums, round).flat();
    });
    squares += rounded!.reduce((sum, value, i) => sum + (value - exact![i]!) ** 2, 0) / rounded!.length;
  }
  return Math.sqrt(squares / 20);
}

test('F(4, 3) rounds away less than half of what it would at the usual points', () => {
  expect(roundingError(minimalFilter(4, 3))).toBeLessThan(roundingError(usual) / 2);
});
