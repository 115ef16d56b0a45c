import { expect, test } from '@jest/globals';
import { quartiles } from '../../src/bench/quartiles.js';

test.each([
  [[5], { lower: 5, median: 5, upper: 5 }],
  [[4, 1, 3, 2, 5], { lower: 2, median: 3, upper: 4 }],
  // Between neighbours: positions 0.75, 1.5 and 2.25 of 0, 1, 2, 3.
  [[10, 30, 20, 40], { lower: 17.5, median: 25, upper: 32.5 }],
  // A slow one does not move them.
  [[1, 1, 1, 1, 900], { lower: 1, median: 1, upper: 1 }],
])('of %j', (values, expected) => {
  expect(quartiles(values)).toEqual(expected);
});

test('leaves the measurements in their order', () => {
  const values = [3, 1, 2];
  quartiles(values);
  expect(values).toEqual([3, 1, 2]);
});
