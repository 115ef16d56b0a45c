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
  { outputs: 1, taps: 1 },
  { outputs: 2, taps: 2 },
  { outputs: 3, taps: 2 },
  { outputs: 4, taps: 2 },
  { outputs: 2, taps: 4 },
  { outputs: 3, taps: 4 },
  { outputs: 4, taps: 4 },
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

const square = (numbers: Sequence, size: number): number[][] =>
  Array.from({ length: size }, () => [...numbers.values(size)]);

/** What rounding to single precision changes in the outputs of tiles that are sums over channels: root mean square, relative to them. */
function roundingError(tileOf: (numbers: Sequence, round: (value: number) => number) => number[]): number {
  let [squares, all] = [0, 0];
  const roundings = [Math.fround, (value: number) => value].map((round) => ({
    round,
    numbers: new Sequence('rounding'),
  }));
  for (let tile = 0; tile < 20; tile++) {
    const [rounded, exact] = roundings.map(({ round, numbers }) => tileOf(numbers, round));
    squares += rounded!.reduce((sum, value, i) => sum + (value - exact![i]!) ** 2, 0);
    all += exact!.reduce((sum, value) => sum + value ** 2, 0);
  }
  return Math.sqrt(squares / all);
}

/** Of tiles of a minimal filter along both axes. */
function filterError({ taps, points, inverse, filter, data }: MinimalFilter, channels: number): number {
  return roundingError((numbers, round) => {
    const both = (matrix: Matrix, values: Matrix): Matrix => {
      const along = (rows: Matrix): Matrix =>
        rows.map((row) =>
          matrix.map((factors) => factors.reduce((sum, factor, i) => round(sum + round(round(factor) * row[i]!)), 0)),
        );
      return transpose(along(transpose(along(values))));
    };
    const sums = Array.from({ length: points }, () => Array.from({ length: points }, () => 0));
    for (let channel = 0; channel < channels; channel++) {
      const [a, b] = [both(data, square(numbers, points)), both(filter, square(numbers, taps))];
      sums.forEach((row, y) => row.forEach((sum, x) => (row[x] = round(sum + round(a[y]![x]! * b[y]![x]!)))));
    }
    return both(inverse, sums).flat();
  });
}

/** Of the direct computation of as many outputs. */
function directError({ taps, points, outputs }: MinimalFilter, channels: number): number {
  return roundingError((numbers, round) => {
    const sums = Array.from({ length: outputs ** 2 }, () => 0);
    for (let channel = 0; channel < channels; channel++) {
      const [inputs, weights] = [square(numbers, points), square(numbers, taps)];
      sums.forEach((_, i) => {
        const [y, x] = [Math.floor(i / outputs), i % outputs];
        weights.forEach((row, tapY) =>
          row.forEach((weight, tapX) => {
            sums[i] = round(sums[i]! + round(weight * inputs[y + tapY]![x + tapX]!));
          }),
        );
      });
    }
    return sums;
  });
}

test('F(4, 3) rounds away less than half of what it would at the usual points', () => {
  expect(filterError(minimalFilter(4, 3), 32)).toBeLessThan(filterError(usual, 32) / 2);
});

test('a 7x7 window as four of 4x4 rounds away less than two thirds of what F(2, 7) does', () => {
  expect(filterError(minimalFilter(4, 4), 4 * 16)).toBeLessThan((filterError(minimalFilter(2, 7), 16) * 2) / 3);
});

test.each([
  { outputs: 4, taps: 2, times: 2.5 },
  { outputs: 3, taps: 2, times: 1.5 },
  { outputs: 2, taps: 2, times: 1.5 },
  { outputs: 4, taps: 3, times: 3 },
  { outputs: 3, taps: 3, times: 1.5 },
  { outputs: 4, taps: 4, times: 4 },
  { outputs: 3, taps: 4, times: 2 },
  { outputs: 4, taps: 5, times: 6 },
])(
  'F($outputs, $taps) rounds away at most $times times what the direct computation does',
  ({ outputs, taps, times }) => {
    const filter = minimalFilter(outputs, taps);
    expect(filterError(filter, 32)).toBeLessThan(times * directError(filter, 32));
  },
);
