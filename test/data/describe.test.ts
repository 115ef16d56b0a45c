import { expect, test } from '@jest/globals';
import { describeDataset } from '../../src/data/describe.js';
import { groupTwins } from '../../src/data/twins.js';
import { smallDataset } from './smallDataset.js';

const dataset = smallDataset([
  [0, 'Training', 10],
  [0, 'Training', 20],
  [0, 'PublicTest', 10], // twin of row 0
  [1, 'Training', 30],
  [2, 'PublicTest', 30], // twin of row 3 with another label
  [2, 'PublicTest', 40],
  [2, 'PublicTest', 40], // twins within one split
]);

test('twins are grouped in file order', () => {
  expect(groupTwins(dataset)).toEqual([[0, 2], [1], [3, 4], [5, 6]]);
});

test('images that differ in one pixel are no twins', () => {
  const pixels = dataset.pixels.slice();
  pixels[2 * 4 + 3]! += 1;
  expect(groupTwins({ ...dataset, pixels })).toEqual([[0], [1], [2], [3, 4], [5, 6]]);
});

test('counts per class, split and twins', () => {
  const description = describeDataset(dataset);
  expect(description.classCounts).toEqual([3, 1, 3, 0, 0, 0, 0]);
  expect(description.splits).toEqual([
    { usage: 'Training', count: 3, classCounts: [2, 1, 0, 0, 0, 0, 0] },
    { usage: 'PublicTest', count: 4, classCounts: [1, 0, 3, 0, 0, 0, 0] },
    { usage: 'PrivateTest', count: 0, classCounts: [0, 0, 0, 0, 0, 0, 0] },
  ]);
  expect(description.emptySplits).toEqual(['PrivateTest']);
  expect(
    description.missingClasses.filter(({ usage }) => usage === 'Training').map(({ className }) => className),
  ).toEqual(['fear', 'happy', 'sad', 'surprise', 'neutral']);
  expect(description.twins).toEqual({
    groups: 3,
    redundantRows: 3,
    conflictingGroups: 1,
    publicTestInTraining: 2,
    privateTestInTraining: 0,
  });
});
