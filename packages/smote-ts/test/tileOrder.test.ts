import { describe, expect, test } from '@jest/globals';
import { tileOrder } from '../src/tileOrder.js';

describe('tileOrder', () => {
  test('lists a 4x4 image by 2x2 tiles', () => {
    expect(Array.from(tileOrder(16, 4))).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
  });

  test('lists every pixel once, whatever the size', () => {
    for (const [height, width] of [
      [48, 48],
      [5, 7],
      [1, 9],
    ] as const) {
      const order = Array.from(tileOrder(height * width, width));
      expect(order.sort((a, b) => a - b)).toEqual(Array.from({ length: height * width }, (_, i) => i));
    }
  });
});
