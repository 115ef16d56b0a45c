import { describe, expect, test } from '@jest/globals';
import { oversample } from '../../src/augment/oversample.js';
import { smallDataset } from './smallDataset.js';

const dataset = smallDataset([0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
const options = { strategy: 'auto', neighbours: 2, seed: 4 } as const;

describe('oversample', () => {
  test('lifts every class to the largest and leaves the given rows first', () => {
    const balanced = oversample(dataset, options);
    expect(balanced.count).toBe(18);
    expect(Array.from(balanced.labels)).toEqual([...dataset.labels, 1, 1, 1]);
    expect(balanced.pixels.slice(0, dataset.pixels.length)).toEqual(dataset.pixels);
    expect(Array.from(balanced.usage)).toEqual(new Array(18).fill(0));
    expect(balanced.classNames).toBe(dataset.classNames);
  });

  test('makes images between images of the class', () => {
    const { pixels } = oversample(dataset, options);
    for (let row = 15; row < 18; row++) {
      // Images 6, 7 and 8 of the class are 96, 112 and 128 and up: one grey level apart from pixel to pixel.
      const image = Array.from(pixels.subarray(row * 12, (row + 1) * 12));
      expect(image[0]).toBeGreaterThanOrEqual(96);
      expect(image[0]).toBeLessThanOrEqual(128);
      expect(image).toEqual(image.map((_, i) => image[0]! + i));
    }
  });

  test('lifts classes to a ratio of the largest', () => {
    expect(oversample(dataset, { ...options, strategy: 0.6 }).count).toBe(16);
    expect(oversample(dataset, { ...options, strategy: 0.5 }).count).toBe(15);
  });

  test('gives the same images for the same seed and others for another', () => {
    expect(oversample(dataset, options)).toEqual(oversample(dataset, options));
    expect(oversample(dataset, { ...options, seed: 5 }).pixels).not.toEqual(oversample(dataset, options).pixels);
  });

  test('refuses rows that are not Training rows', () => {
    expect(() => oversample(smallDataset([0, 0, 1], 'PrivateTest'), options)).toThrow(
      'SMOTE works on Training rows only, but row 0 is PrivateTest: select the Training rows first.',
    );
  });

  test('names the class that has too few images', () => {
    expect(() => oversample(dataset, { ...options, neighbours: 3 })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(
          /SMOTE of class "happy": neighbours must be less than .* lower neighbours to 2/,
        ) as unknown as string,
      }),
    );
  });
});
