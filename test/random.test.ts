import { describe, expect, test } from '@jest/globals';
import { Random } from '../src/random.js';

describe('Random', () => {
  test('is xoshiro128** 1.1: the first outputs from state 1, 2, 3, 4, as the reference vectors of the rand_xoshiro crate have them', () => {
    const random = Random.fromState([1, 2, 3, 4]);
    const outputs = Array.from({ length: 10 }, () => random.nextUint32());
    expect(outputs).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  test('gives the same numbers for the same seed and name, and others for another', () => {
    const first = (random: Random): number[] => [random.next(), random.next(), random.next()];
    expect(first(new Random(7, 'a'))).toEqual(first(new Random(7, 'a')));
    expect(first(new Random(7, 'a'))).not.toEqual(first(new Random(8, 'a')));
    expect(first(new Random(7, 'a'))).not.toEqual(first(new Random(7, 'b')));
    expect(first(new Random(1).fork('epoch/1'))).not.toEqual(first(new Random(1).fork('epoch/11')));
  });

  test('a fork does not depend on what was drawn before it', () => {
    const fresh = new Random(3);
    const used = new Random(3);
    used.next();
    expect(used.fork('x').next()).toBe(fresh.fork('x').next());
  });

  test('uniform, integer and normal have the moments of their distributions', () => {
    const random = new Random(11);
    const count = 20_000;
    const mean = (draw: () => number): number => Array.from({ length: count }, draw).reduce((a, b) => a + b) / count;
    expect(Math.abs(mean(() => random.uniform(-1, 3)) - 1)).toBeLessThan(0.04); // 5 standard errors
    expect(Math.abs(mean(() => random.integer(10)) - 4.5)).toBeLessThan(0.11);
    expect(Math.abs(mean(() => random.normal()))).toBeLessThan(0.036);
    expect(Math.abs(mean(() => random.normal() ** 2) - 1)).toBeLessThan(0.05);
  });

  test.each([
    [0.2, 0.2],
    [1, 1],
    [2, 5],
    [0.5, 3],
  ])('beta(%d, %d) has mean a / (a + b), variance a b / ((a + b)^2 (a + b + 1)) and stays in [0, 1]', (a, b) => {
    const random = new Random(13);
    const draws = Array.from({ length: 20_000 }, () => random.beta(a, b));
    const mean = draws.reduce((sum, value) => sum + value) / draws.length;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
    const expected = (a * b) / ((a + b) ** 2 * (a + b + 1));
    expect(Math.abs(mean - a / (a + b))).toBeLessThan(5 * Math.sqrt(expected / draws.length)); // 5 standard errors
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.05);
    expect(draws.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  test('beta with equal shapes is symmetric: a quarter of beta(1, 1) lies below a quarter, half of beta(0.2, 0.2) below a half', () => {
    const random = new Random(17);
    const share = (a: number, limit: number): number =>
      Array.from({ length: 20_000 }, () => random.beta(a, a)).filter((value) => value < limit).length / 20_000;
    expect(Math.abs(share(1, 0.25) - 0.25)).toBeLessThan(0.016); // 5 standard errors
    expect(Math.abs(share(0.2, 0.5) - 0.5)).toBeLessThan(0.018);
  });

  test('beta with a tiny shape is one end or the other, never NaN', () => {
    const random = new Random(19);
    const draws = Array.from({ length: 1000 }, () => random.beta(1e-4, 1e-4));
    expect(draws.every((value) => value >= 0 && value <= 1)).toBe(true);
    const ends = draws.filter((value) => value < 1e-6 || value > 1 - 1e-6).length;
    expect(ends).toBeGreaterThan(980);
  });

  test('shuffle keeps every item and reaches every order alike', () => {
    const random = new Random(5);
    const seen = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle([0, 1, 2]).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual(['012', '021', '102', '120', '201', '210']);
    for (const times of seen.values()) expect(Math.abs(times - 1000)).toBeLessThan(150); // 5 standard deviations
  });
});
