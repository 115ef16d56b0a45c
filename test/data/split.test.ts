import { expect, test } from '@jest/globals';
import type { Dataset } from '../../src/data/dataset.js';
import { selectUsage } from '../../src/data/select.js';
import { splitWithoutUsage } from '../../src/data/split.js';
import { smallDataset } from './smallDataset.js';

const shares = { validationFraction: 0.1, testFraction: 0.1, seed: 7 };

/** `counts[label]` different images per class, classes mixed as in a real file. */
function mixed(counts: readonly number[]): Dataset {
  const rows = counts.flatMap((count, label) => Array.from({ length: count }, (_, i) => ({ label, place: i / count })));
  rows.sort((a, b) => a.place - b.place || a.label - b.label);
  const dataset = smallDataset(rows.map(({ label }) => [label, 'Training', 0] as const));
  const pixels = new Uint8Array(new Uint32Array(rows.keys()).buffer); // four bytes per image, no two alike
  return { ...dataset, pixels };
}

const countIn = (dataset: Dataset, usage: number, label: number): number =>
  dataset.labels.filter((value, row) => value === label && dataset.usage[row] === usage).length;

test('every class is shared out 80/10/10', () => {
  const split = splitWithoutUsage(mixed([100, 20, 50]), shares);
  expect([0, 1, 2].map((usage) => countIn(split, usage, 0))).toEqual([80, 10, 10]);
  expect([0, 1, 2].map((usage) => countIn(split, usage, 1))).toEqual([16, 2, 2]);
  expect([0, 1, 2].map((usage) => countIn(split, usage, 2))).toEqual([40, 5, 5]);
});

test('rows keep their place; only usage changes', () => {
  const dataset = mixed([10, 10]);
  const split = splitWithoutUsage(dataset, shares);
  expect(split.labels).toEqual(dataset.labels);
  expect(split.pixels).toEqual(dataset.pixels);
  expect(dataset.usage.every((usage) => usage === 0)).toBe(true);
});

test('the same seed gives the same split, another seed another', () => {
  const dataset = mixed([100, 100]);
  const first = splitWithoutUsage(dataset, shares);
  expect(splitWithoutUsage(dataset, shares).usage).toEqual(first.usage);
  expect(splitWithoutUsage(dataset, { ...shares, seed: 8 }).usage).not.toEqual(first.usage);
});

test('a class of three images is in all splits; a share of 0 leaves its split empty', () => {
  const split = splitWithoutUsage(mixed([3]), shares);
  expect([0, 1, 2].map((usage) => countIn(split, usage, 0))).toEqual([1, 1, 1]);
  const noTest = splitWithoutUsage(mixed([30]), { ...shares, testFraction: 0 });
  expect(() => selectUsage(noTest, 'PrivateTest')).toThrow(/got none/);
});

test('copies of an image stay in one split', () => {
  // Each of 40 images three times.
  const dataset = smallDataset(Array.from({ length: 120 }, (_, i) => [0, 'Training', i % 40] as const));
  const split = splitWithoutUsage(dataset, shares);
  for (let i = 0; i < 40; i++) {
    expect(split.usage[i + 40]).toBe(split.usage[i]);
    expect(split.usage[i + 80]).toBe(split.usage[i]);
  }
  expect(countIn(split, 1, 0)).toBe(12);
});
