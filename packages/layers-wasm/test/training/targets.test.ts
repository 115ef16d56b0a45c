/** What a batch tells of its answers: refused by name where it would train something else, or nothing at all. */
import { describe, expect, test } from '@jest/globals';
import { writeTargets, type AnsweredBatch } from '../../src/training/targets.js';

const [count, classes] = [3, 300];
const batch = { labels: Uint16Array.of(0, 299, 7), count, learningRate: 0.1 };

/** What is written for `answers`, which JavaScript hands over as it likes. */
function written(answers: Record<string, unknown>, labelSmoothing = 0) {
  const arrays = {
    labels: new Int32Array(count),
    targets: new Float32Array(count * classes),
    sampleWeights: new Float32Array(count),
  };
  writeTargets(answers as unknown as AnsweredBatch, { classes, labelSmoothing }, arrays);
  return arrays;
}

/** Class by class 1 where the label is, 0 elsewhere. */
const oneHot = Float32Array.from({ length: count * classes }, (_, i) => ([0, 599, 607].includes(i) ? 1 : 0));

test.each([Uint16Array, Int32Array])('labels beyond 255 as %p', (Kind) => {
  const { labels, targets, sampleWeights } = written({ ...batch, labels: Kind.of(0, 299, 7) });
  expect([...labels]).toEqual([0, 299, 7]);
  expect(targets).toEqual(oneHot);
  expect([...sampleWeights]).toEqual([1, 1, 1]);
});

test('what lies behind the count is passed over, in every array', () => {
  const longer = (values: Float32Array): Float32Array => Float32Array.of(...values, NaN, -1);
  const answers = {
    ...batch,
    labels: Int32Array.of(0, 299, 7, -1, 300),
    targets: longer(oneHot),
    sampleWeights: longer(Float32Array.of(0, 2, 0.5)),
  };
  expect(written(answers)).toEqual({
    labels: Int32Array.of(0, 299, 7),
    targets: oneHot,
    sampleWeights: Float32Array.of(0, 2, 0.5),
  });
});

describe('is refused', () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      'a batch without labels',
      { labels: undefined },
      'labels must be a Uint8Array or Uint16Array or Int32Array, got undefined.',
    ],
    [
      'targets alone',
      { labels: undefined, targets: oneHot },
      'labels must be a Uint8Array or Uint16Array or Int32Array, got undefined.',
    ],
    [
      'a list of labels',
      { labels: [0, 0.5, 1] },
      'labels must be a Uint8Array or Uint16Array or Int32Array, got Array.',
    ],
    [
      'broken labels',
      { labels: Float32Array.of(0, 0.5, 1) },
      'labels must be a Uint8Array or Uint16Array or Int32Array, got Float32Array.',
    ],
    ['too few labels', { labels: Uint8Array.of(0, 1) }, 'labels must hold 3 classes, got 2.'],
    ['a label below 0', { labels: Int32Array.of(0, -1, 2) }, 'labels[1] must be a class from 0 to 299, got -1.'],
    [
      'a label beyond the classes',
      { labels: Int32Array.of(0, 1, 300) },
      'labels[2] must be a class from 0 to 299, got 300.',
    ],
    ['a list of targets', { targets: [...oneHot] }, 'targets must be a Float32Array, got Array.'],
    ['no targets', { targets: null }, 'targets must be a Float32Array, got null.'],
    ['a list of sample weights', { sampleWeights: [1, 1, 1] }, 'sampleWeights must be a Float32Array, got Array.'],
    ['too few sample weights', { sampleWeights: Float32Array.of(1) }, 'sampleWeights must hold 3 values, got 1.'],
    [
      'a sample weight of NaN',
      { sampleWeights: Float32Array.of(1, NaN, 1) },
      'sampleWeights[1] must be a finite number of at least 0, got NaN.',
    ],
    [
      'an infinite one',
      { sampleWeights: Float32Array.of(1, 1, Infinity) },
      'sampleWeights[2] must be a finite number of at least 0, got Infinity.',
    ],
    [
      'one below 0',
      { sampleWeights: Float32Array.of(-0.5, 1, 1) },
      'sampleWeights[0] must be a finite number of at least 0, got -0.5.',
    ],
  ])('%s', (_, change, message) => {
    expect(() => written({ ...batch, ...change })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID', message }),
    );
  });
});
