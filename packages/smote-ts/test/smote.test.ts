import { describe, expect, test } from '@jest/globals';
import { nearestNeighbours } from '../src/neighbours.js';
import { smote, type SmoteOptions } from '../src/smote.js';

// Four corners of a square of side 10 and its near centre: no two points share both coordinates.
const samples = Float32Array.from([0, 0, 10, 1, 1, 11, 11, 10, 5, 6]);
const options: SmoteOptions = { samples, count: 5, features: 2, neighbours: 2, amount: 40, seed: 9 };

/** The pairs (sample, neighbour) on whose segment the point lies. */
function segmentsOf(point: Float32Array): [number, number][] {
  const nearest = nearestNeighbours({ samples, count: 5, features: 2, neighbours: 2 });
  const pairs: [number, number][] = [];
  nearest.forEach((b, i) => {
    const a = Math.floor(i / 2);
    const [ax, ay, bx, by] = [samples[2 * a]!, samples[2 * a + 1]!, samples[2 * b]!, samples[2 * b + 1]!];
    const [x, y] = [point[0]! - ax, point[1]! - ay];
    const along = (x * (bx - ax) + y * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
    const aside = Math.hypot(x - along * (bx - ax), y - along * (by - ay));
    if (along >= -1e-6 && along <= 1 + 1e-6 && aside < 1e-5) pairs.push([a, b]);
  });
  return pairs;
}

describe('smote', () => {
  test('puts every point on a segment between a sample and one of its true neighbours', () => {
    const synthetic = smote(options);
    expect(synthetic).toHaveLength(80);
    for (let i = 0; i < 40; i++) expect(segmentsOf(synthetic.subarray(2 * i, 2 * i + 2))).not.toEqual([]);
  });

  test('starts from every sample equally often', () => {
    // On a line with 1 neighbour each the base is known: 0 <-> 1 and 100 <-> 101, 40 points over 4 samples.
    const line = Float32Array.from([0, 1, 100, 101]);
    const synthetic = smote({ samples: line, count: 4, features: 1, neighbours: 1, amount: 40, seed: 1 });
    expect(synthetic.filter((value) => value >= 0 && value <= 1)).toHaveLength(20);
    expect(synthetic.filter((value) => value >= 100 && value <= 101)).toHaveLength(20);
  });

  test('spreads over the whole segment', () => {
    const pair = Float32Array.from([0, 1]);
    const synthetic = smote({ samples: pair, count: 2, features: 1, neighbours: 1, amount: 1000, seed: 1 });
    const mean = synthetic.reduce((sum, value) => sum + value, 0) / 1000;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(Math.min(...synthetic)).toBeLessThan(0.01);
    expect(Math.max(...synthetic)).toBeGreaterThan(0.99);
  });

  test('gives the same points for the same seed, others for another seed or stream', () => {
    expect(smote(options)).toEqual(smote(options));
    expect(smote({ ...options, seed: 10 })).not.toEqual(smote(options));
    expect(smote({ ...options, stream: 1 })).not.toEqual(smote(options));
  });

  test('gives the same points for bytes as for floats', () => {
    expect(smote({ ...options, samples: Uint8Array.from(samples) })).toEqual(smote(options));
  });

  test('makes none when none are wanted, fewer than there are samples when few are', () => {
    expect(smote({ ...options, amount: 0 })).toHaveLength(0);
    expect(smote({ ...options, amount: 3 })).toHaveLength(6);
  });

  test('leaves the given samples as they are', () => {
    const given = samples.slice();
    smote(options);
    expect(samples).toEqual(given);
  });

  test.each<[Partial<SmoteOptions>, string]>([
    [{ samples: samples.slice(0, 2), count: 1 }, 'SMOTE needs at least 2 samples to interpolate between, got 1'],
    [{ neighbours: 5 }, 'neighbours must be less than the number of samples, got 5 with 5'],
    [{ neighbours: 0 }, 'neighbours must be a whole number from 1, got 0.'],
    [{ amount: -1 }, 'amount must be a whole number from 0, got -1.'],
    [{ amount: 2.5 }, 'amount must be a whole number from 0, got 2.5.'],
    [{ seed: NaN }, 'seed must be a whole number, got NaN.'],
    [{ features: 3 }, 'samples must hold count * features = 5 * 3 = 15 values, got 10.'],
  ])('refuses options out of range: case %#', (change, message) => {
    expect(() => smote({ ...options, ...change })).toThrow(message);
  });
});
