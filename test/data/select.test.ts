import { describe, expect, test } from '@jest/globals';
import { countClasses, countUsages, requireEveryClass, selectRows, selectUsage } from '../../src/data/select.js';
import { smallDataset } from './smallDataset.js';

const dataset = smallDataset([
  [3, 'Training', 10],
  [3, 'PublicTest', 20],
  [0, 'Training', 30],
]);

test('counts', () => {
  expect(countClasses(dataset)).toEqual([1, 0, 0, 2, 0, 0, 0]);
  expect(countUsages(dataset)).toEqual([2, 1, 0]);
});

test('a split keeps the order, the pixels and the hash', () => {
  const training = selectUsage(dataset, 'Training');
  expect(training.count).toBe(2);
  expect([...training.labels]).toEqual([3, 0]);
  expect([...training.pixels]).toEqual([10, 10, 10, 10, 30, 30, 30, 30]);
  expect(training.hash).toBe('of the source');
});

test('pixels lie in shared memory when they are asked to', () => {
  const [own, shared] = [selectUsage(dataset, 'Training'), selectUsage(dataset, 'Training', { shared: true })];
  expect(own.pixels.buffer).toBeInstanceOf(ArrayBuffer);
  expect(shared.pixels.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect([...shared.pixels]).toEqual([...own.pixels]);
});

test('rows that follow each other are those of the whole, without a copy, unless they shall be shared and are not', () => {
  const whole = smallDataset([
    [3, 'PublicTest', 20],
    [3, 'Training', 10],
    [0, 'Training', 30],
  ]);
  const training = selectUsage(whole, 'Training');
  expect(training).toMatchObject({ count: 2, labels: Uint8Array.of(3, 0), usage: Uint8Array.of(0, 0) });
  expect([...training.pixels]).toEqual([10, 10, 10, 10, 30, 30, 30, 30]);
  expect(training.pixels.buffer).toBe(whole.pixels.buffer);

  const shared = selectUsage(whole, 'Training', { shared: true });
  expect(shared).toEqual(training);
  expect(shared.pixels.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(selectUsage(shared, 'Training', { shared: true }).pixels.buffer).toBe(shared.pixels.buffer);
});

test('rows in any order, also twice', () => {
  expect([...selectRows(dataset, [2, 0, 2]).pixels]).toEqual([30, 30, 30, 30, 10, 10, 10, 10, 30, 30, 30, 30]);
  expect(() => selectRows(dataset, [3])).toThrow('Expected a row from 0 to 2, got 3.');
});

describe('what is missing is named with the counts of the rest', () => {
  test('a split', () => {
    expect(() => selectUsage(dataset, 'PrivateTest')).toThrow(
      /split PrivateTest, got none \(Training 2, PublicTest 1, PrivateTest 0\)/,
    );
  });

  test('classes', () => {
    expect(() => requireEveryClass(dataset, 'Training')).toThrow(
      /every class in Training, got none of disgust, fear, sad, surprise, neutral \(angry 1, disgust 0, .*happy 2/,
    );
    const whole = smallDataset([0, 1, 2, 3, 4, 5, 6].map((label) => [label, 'Training', 0] as const));
    expect(() => requireEveryClass(whole, 'Training')).not.toThrow();
  });
});
