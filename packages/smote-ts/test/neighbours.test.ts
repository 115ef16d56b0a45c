import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { nearestNeighbours } from '../src/neighbours.js';

describe('nearestNeighbours', () => {
  test('finds the nearest points of a small plane', () => {
    // Two groups: 0 (0,0), 1 (1,0), 2 (0,2) and 3 (10,10), 4 (10,11), 5 (13,10).
    const samples = Float32Array.from([0, 0, 1, 0, 0, 2, 10, 10, 10, 11, 13, 10]);
    const found = nearestNeighbours({ samples, count: 6, features: 2, neighbours: 2 });
    expect(Array.from(found)).toEqual([1, 2, 0, 2, 0, 1, 4, 5, 3, 5, 3, 4]);
  });

  test('answers only the queries, in their order', () => {
    const samples = Float32Array.from([0, 1, 3, 7]);
    const queries = Uint32Array.from([3, 0]);
    expect(Array.from(nearestNeighbours({ samples, count: 4, features: 1, neighbours: 1, queries }))).toEqual([2, 1]);
  });

  test('never gives a row as its own neighbour, but its copies, lower index first', () => {
    const samples = Uint8Array.from([5, 9, 5, 5, 0]);
    const found = nearestNeighbours({ samples, count: 5, features: 1, neighbours: 2 });
    expect(Array.from(found.subarray(0, 2))).toEqual([2, 3]);
    expect(Array.from(found.subarray(4, 6))).toEqual([0, 3]);
  });

  test('agrees with scikit-learn (makeNeighbourFixture.py)', () => {
    const file = new URL('../../test/neighbourFixture.json', import.meta.url);
    const fixture = JSON.parse(readFileSync(file, 'utf8')) as Record<'count' | 'features' | 'neighbours', number> & {
      indices: number[];
    };
    let state = 1n;
    const samples = Float32Array.from({ length: fixture.count * fixture.features }, () => {
      state = (1103515245n * state + 12345n) % 2n ** 31n;
      return Number(state) / 2 ** 30 - 1;
    });
    const found = nearestNeighbours({ ...fixture, samples });
    expect(Array.from(found)).toEqual(fixture.indices);
    expect(nearestNeighbours({ ...fixture, samples, imageWidth: 15 })).toEqual(found);
  });

  test('misses none by its lower bounds: bytes in gradients, whose block sums are tight', () => {
    // Image n is grey level n + column: the distance of images a and b is exactly 256 * (a - b)^2, every bound exact.
    const count = 60;
    const samples = Uint8Array.from({ length: count * 256 }, (_, i) => Math.floor(i / 256) + (i % 16));
    for (const imageWidth of [undefined, 16]) {
      const found = nearestNeighbours({ samples, count, features: 256, neighbours: 2, imageWidth });
      for (let row = 1; row < count - 1; row++) {
        expect(Array.from(found.subarray(2 * row, 2 * row + 2))).toEqual([row - 1, row + 1]);
      }
    }
  });

  test('misses none when one huge feature rounds the block sums', () => {
    const samples = Float32Array.from([1e30, 0, 1e30, 3, 1e30, 1, 1e30, 7]);
    const found = nearestNeighbours({ samples, count: 4, features: 2, neighbours: 1 });
    expect(Array.from(found)).toEqual([2, 2, 0, 1]);
  });

  test('refuses what it cannot answer, and says what to do', () => {
    const samples = Float32Array.from([0, 1, 3, 7]);
    const options = { samples, count: 4, features: 1, neighbours: 1 };
    expect(() => nearestNeighbours({ ...options, neighbours: 4 })).toThrow(
      'neighbours must be less than the number of samples, got 4 with 4 in the samples: lower neighbours to 3 or less',
    );
    expect(() => nearestNeighbours({ ...options, count: 5 })).toThrow(
      'samples must hold count * features = 5 * 1 = 5 values, got 4.',
    );
    expect(() => nearestNeighbours({ ...options, samples: Float32Array.from([0, 1, NaN, 3]) })).toThrow(
      'samples must be finite, got NaN in row 2, feature 0',
    );
    expect(() => nearestNeighbours({ ...options, imageWidth: 3 })).toThrow('whole image rows of imageWidth 3, got 1');
    expect(() => nearestNeighbours({ ...options, queries: Uint32Array.of(4) })).toThrow(
      'queries must be row indices below 4, got 4.',
    );
  });
});
