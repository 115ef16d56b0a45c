import { expect, test } from '@jest/globals';
import { scalePixels, scalePixelsInto } from '../../src/data/scaling.js';
import { scalings } from '../../src/scaling.js';

test('0 becomes -1, 255 becomes 1, the middle 0', () => {
  expect([...scalePixels(Uint8Array.of(0, 255, 51))]).toEqual([-1, 1, Math.fround(-0.6)]);
  expect([...scalePixels(Float32Array.of(127.5))]).toEqual([0]);
});

test.each([
  ['minus-one-to-one', [-1, Math.fround(-0.6), 1]],
  ['zero-to-one', [0, Math.fround(0.2), 1]],
  ['none', [0, 51, 255]],
] as const)('%s', (scaling, expected) => {
  expect([...scalePixels(Uint8Array.of(0, 51, 255), scaling)]).toEqual(expected);
  expect([...scalePixelsInto(Uint8Array.of(0, 51, 255), new Float32Array(3), scaling)]).toEqual(expected);
  expect(scalings).toContain(scaling);
});

test('into a larger array, and in place', () => {
  const target = new Float32Array(3).fill(9);
  expect(scalePixelsInto(Uint8Array.of(0, 255), target)).toBe(target);
  expect([...target]).toEqual([-1, 1, 9]);
  const levels = Float32Array.of(0, 255);
  expect([...scalePixelsInto(levels, levels)]).toEqual([-1, 1]);
});

test('a target that is too short is refused', () => {
  expect(() => scalePixelsInto(new Uint8Array(3), new Float32Array(2))).toThrow('room for 3 scaled pixels, got 2');
});
