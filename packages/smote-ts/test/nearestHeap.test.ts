import { describe, expect, test } from '@jest/globals';
import { NearestHeap } from '../src/nearestHeap.js';

describe('NearestHeap', () => {
  test('keeps the nearest, nearest first', () => {
    const heap = new NearestHeap(3);
    [5, 1, 4, 2, 3].forEach((distance, index) => heap.offer(distance, index));
    expect(heap.worst).toBe(3);
    expect(Array.from(heap.takeAll())).toEqual([1, 3, 4]);
  });

  test('has room, and so no worst distance, until it is full', () => {
    const heap = new NearestHeap(2);
    heap.offer(7, 0);
    expect(heap.worst).toBe(Infinity);
    expect(Array.from(heap.takeAll())).toEqual([0]);
    expect(Array.from(heap.takeAll())).toEqual([]);
  });

  test('prefers the lower index at equal distance, in whatever order they come', () => {
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
    ]) {
      const heap = new NearestHeap(2);
      for (const index of order) heap.offer(1, index);
      expect(Array.from(heap.takeAll())).toEqual([0, 1]);
    }
  });
});
