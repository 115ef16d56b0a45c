import { describe, expect, test } from '@jest/globals';
import { epochOrder } from '../../src/augment/epochOrder.js';

describe('epochOrder', () => {
  test('visits every sample once, in an order of its own for each seed and epoch', () => {
    const first = epochOrder(100, { seed: 1, epoch: 0, shuffle: true });
    expect(Array.from(first).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(epochOrder(100, { seed: 1, epoch: 0, shuffle: true })).toEqual(first);
    expect(epochOrder(100, { seed: 1, epoch: 1, shuffle: true })).not.toEqual(first);
    expect(epochOrder(100, { seed: 2, epoch: 0, shuffle: true })).not.toEqual(first);
  });

  test('keeps file order without shuffling', () => {
    expect(Array.from(epochOrder(4, { seed: 1, epoch: 7, shuffle: false }))).toEqual([0, 1, 2, 3]);
  });
});
