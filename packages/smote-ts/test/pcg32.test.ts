import { describe, expect, test } from '@jest/globals';
import { Pcg32 } from '../src/pcg32.js';

describe('Pcg32', () => {
  test("gives the first numbers of O'Neill's demo program, pcg32 with seed 42 and stream 54", () => {
    const random = new Pcg32(42, 54);
    const drawn = Array.from({ length: 6 }, () => random.nextUint32());
    expect(drawn).toEqual([0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e]);
  });

  test('draws fractions in [0, 1) and every integer below the count', () => {
    const random = new Pcg32(1, 0);
    const drawn = Array.from({ length: 1000 }, () => random.next());
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(Array.from({ length: 200 }, () => random.integer(5)))).toEqual(new Set([0, 1, 2, 3, 4]));
  });
});
