/** The Wilson interval against published and hand-checkable values. */
import { expect, test } from '@jest/globals';
import { wilsonInterval } from '../../src/eval/interval.js';

test('of 15 in 148 is 0.0624 to 0.1605 (Newcombe 1998, Statistics in Medicine 17, table I, method 3)', () => {
  const [low, high] = wilsonInterval(15, 148);
  expect(low).toBeCloseTo(0.0624, 4);
  expect(high).toBeCloseTo(0.1605, 4);
});

test('of 1 in 2 is symmetric about one half with half-width z / (2 sqrt(2 + z²))', () => {
  const [low, high] = wilsonInterval(1, 2);
  const halfWidth = 1.959963984540054 / (2 * Math.sqrt(2 + 1.959963984540054 ** 2));
  expect(low).toBeCloseTo(0.5 - halfWidth, 12);
  expect(high).toBeCloseTo(0.5 + halfWidth, 12);
});

test('reaches exactly 0 and 1 at none and all correct', () => {
  expect(wilsonInterval(0, 29)[0]).toBe(0);
  expect(wilsonInterval(29, 29)[1]).toBe(1);
  expect(wilsonInterval(0, 29)[1]).toBeCloseTo(0.117, 3);
});

test('of 66 % of 3,589 images is about 1.55 points wide on either side', () => {
  const [low, high] = wilsonInterval(2369, 3589);
  expect((high - low) / 2).toBeCloseTo(0.0155, 4);
});

test('of no images says nothing', () => {
  expect(wilsonInterval(0, 0)).toEqual([0, 1]);
});
