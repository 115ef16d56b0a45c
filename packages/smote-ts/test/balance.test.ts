import { describe, expect, test } from '@jest/globals';
import { balance, targetCounts } from '../src/balance.js';

// Class 0 near 0, class 2 near 100, class 7 near 200; 5, 3 and 2 samples.
const samples = Float32Array.from([0, 100, 1, 200, 2, 101, 3, 102, 4, 203]);
const labels = [0, 2, 0, 7, 0, 2, 0, 2, 0, 7];
const options = { samples, labels, count: 10, features: 1, neighbours: 1, seed: 3 };

function counts(all: ArrayLike<number>): Record<number, number> {
  const found: Record<number, number> = {};
  for (const label of Array.from(all)) found[label] = (found[label] ?? 0) + 1;
  return found;
}

describe('balance', () => {
  test('lifts every class to the largest', () => {
    const balanced = balance(options);
    expect(balanced.count).toBe(15);
    expect(counts(balanced.labels)).toEqual({ 0: 5, 2: 5, 7: 5 });
  });

  test('keeps the given rows first, then adds class by class within the class', () => {
    const balanced = balance(options);
    expect(balanced.samples.slice(0, 10)).toEqual(samples);
    expect(Array.from(balanced.labels)).toEqual([...labels, 2, 2, 7, 7, 7]);
    for (const value of balanced.samples.subarray(10, 12)) expect(Math.abs(value - 101)).toBeLessThanOrEqual(1);
    for (const value of balanced.samples.subarray(12)) expect(Math.abs(value - 201.5)).toBeLessThanOrEqual(1.5);
  });

  test('meets a ratio and a record', () => {
    expect(counts(balance({ ...options, strategy: 0.8 }).labels)).toEqual({ 0: 5, 2: 4, 7: 4 });
    expect(counts(balance({ ...options, strategy: { 7: 9 } }).labels)).toEqual({ 0: 5, 2: 3, 7: 9 });
    expect(counts(balance({ ...options, strategy: 0.1 }).labels)).toEqual({ 0: 5, 2: 3, 7: 2 });
  });

  test('is the same for the same seed', () => {
    expect(balance(options)).toEqual(balance(options));
    expect(balance({ ...options, seed: 4 })).not.toEqual(balance(options));
  });

  test('names the class that is too small for its neighbours', () => {
    expect(() => balance({ ...options, neighbours: 2 })).toThrow(
      'neighbours must be less than the number of samples, got 2 with 2 in class 7: lower neighbours to 1 or less',
    );
    expect(balance({ ...options, neighbours: 2, strategy: { 2: 4 } }).count).toBe(11);
  });

  test('refuses labels of another length', () => {
    expect(() => balance({ ...options, labels: [0, 1] })).toThrow('labels must hold count = 10 values, got 2.');
  });
});

describe('targetCounts', () => {
  test('says how many each class shall have', () => {
    expect([...targetCounts([1, 0, 1, 1], 'auto')]).toEqual([
      [0, 3],
      [1, 3],
    ]);
    expect([...targetCounts([], 'auto')]).toEqual([]);
  });

  test.each([
    [0, 'strategy must be "auto", a ratio in (0, 1] or a record of class counts, got 0.'],
    [1.01, 'strategy must be "auto", a ratio in (0, 1] or a record of class counts, got 1.01.'],
    [{ 5: 9 }, 'strategy names class 5, but the labels hold only 0, 1.'],
    [{ 1: 2 }, 'strategy for class 1, which has 3 samples, must be a whole number from 3, got 2.'],
  ])('refuses the strategy %j', (strategy, message) => {
    expect(() => targetCounts([1, 0, 1, 1], strategy as number)).toThrow(message);
  });

  test('refuses labels that are no classes', () => {
    expect(() => targetCounts([0, 1.5], 'auto')).toThrow('the label of row 1 must be a whole number from 0, got 1.5.');
  });
});
