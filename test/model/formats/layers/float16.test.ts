import { describe, expect, test } from '@jest/globals';
import { decodeFloat16, encodeFloat16, largestFloat16 } from '../../../../src/model/formats/layers/float16.js';

describe('half precision', () => {
  test.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [0.333251953125, 0x3555],
    [largestFloat16, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [Infinity, 0x7c00],
  ])('%d is %d', (value, bits) => {
    expect(encodeFloat16(value)).toBe(bits);
    expect(decodeFloat16(bits)).toBe(value);
  });

  test('every finite half is its own code', () => {
    const wrong = Array.from({ length: 0x10000 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7c00) !== 0x7c00 && encodeFloat16(decodeFloat16(bits)) !== bits,
    );
    expect(wrong).toEqual([]);
  });

  test('rounds to the nearest, ties to even', () => {
    expect(decodeFloat16(encodeFloat16(1 + 2 ** -11))).toBe(1);
    expect(decodeFloat16(encodeFloat16(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
    expect(decodeFloat16(encodeFloat16(1 + 2 ** -11 + 2 ** -20))).toBe(1 + 2 ** -10);
    expect(decodeFloat16(encodeFloat16(2 ** -25))).toBe(0);
    expect(decodeFloat16(encodeFloat16(65519))).toBe(largestFloat16);
    expect(encodeFloat16(65520)).toBe(0x7c00);
    expect(decodeFloat16(encodeFloat16(NaN))).toBeNaN();
  });
});
