/** Windows as sums of smaller ones. */
import { describe, expect, test } from '@jest/globals';
import { minimalFilter } from '../../../src/kernels/winograd/minimalFilter.js';
import { filterOf, filtersFor, subWindows } from '../../../src/kernels/winograd/subWindows.js';

describe('subWindows', () => {
  test('one that is short enough stays whole', () => {
    expect(subWindows({ size: 8, taps: 5, stride: 1 })).toEqual([{ first: 0, taps: 5 }]);
  });

  test('a large one is split into halves, one behind the other', () => {
    expect(subWindows({ size: 8, taps: 7, stride: 1 })).toEqual([
      { first: 0, taps: 4 },
      { first: 4, taps: 3 },
    ]);
  });

  test('a strided one is split into as many as its stride, side by side', () => {
    expect(subWindows({ size: 8, taps: 5, stride: 2 })).toEqual([
      { first: 0, taps: 3 },
      { first: 1, taps: 2 },
    ]);
    expect(subWindows({ size: 8, taps: 4, stride: 3 }).map(({ taps }) => taps)).toEqual([2, 1, 1]);
  });
});

describe('filterOf', () => {
  test.each([2, 3, 4])('F(4, %i) serves a window of one tap less with one product less', (taps) => {
    const whole = minimalFilter(4, taps);
    const short = filterOf(whole, { first: 0, taps: taps - 1 });
    expect(short.points).toBe(whole.points - 1);
    const weights = Array.from({ length: taps - 1 }, (_, i) => 2 - 3 * i);
    const inputs = Array.from({ length: short.points }, (_, i) => ((i * 5) % 7) - 2);
    const dot = (row: readonly number[], values: readonly number[]) =>
      row.reduce((sum, factor, i) => sum + factor * values[i]!, 0);
    const products = short.data.map((row, i) => dot(row, inputs) * dot(short.filter[i]!, weights));
    short.inverse.forEach((row, output) => {
      const expected = weights.reduce((sum, weight, tap) => sum + weight * inputs[output + tap]!, 0);
      expect(dot(row, products)).toBeCloseTo(expected, 10);
    });
  });

  test('is the filter itself for a window of all its taps', () => {
    const filter = minimalFilter(4, 3);
    expect(filterOf(filter, { first: 1, taps: 3 })).toBe(filter);
  });
});

test('there are no filters for windows without taps', () => {
  expect(filtersFor(subWindows({ size: 8, taps: 2, stride: 3 }))).toEqual([]);
});
