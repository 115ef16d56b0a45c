/** Rounding as Python's format does it. */
import { expect, test } from '@jest/globals';
import { formatCount, formatDecimals, formatPercent } from '../../src/eval/decimals.js';

test('halves that are exact in binary go to the even digit', () => {
  expect([0.125, 0.375, 0.625, 0.875].map((value) => formatDecimals(value, 2))).toEqual([
    '0.12',
    '0.38',
    '0.62',
    '0.88',
  ]);
  expect(formatDecimals(0.03125, 4)).toBe('0.0312');
  expect(formatDecimals(0.5, 0)).toBe('0');
  expect(formatDecimals(1.5, 0)).toBe('2');
});

test('decimal halves that are not exact in binary go to their nearest neighbour', () => {
  // 0.145 is stored just below and 0.555 just above the half.
  expect([0.145, 0.555].map((value) => formatDecimals(value, 2))).toEqual(['0.14', '0.56']);
});

test('whole and long values', () => {
  expect([0, 1, 2 / 3].map((value) => formatDecimals(value, 2))).toEqual(['0.00', '1.00', '0.67']);
});

test('percentages and counts for people', () => {
  expect(formatPercent(0.6516)).toBe('65.2 %');
  expect(formatPercent(1)).toBe('100.0 %');
  expect(formatCount(35887)).toBe('35,887');
});
