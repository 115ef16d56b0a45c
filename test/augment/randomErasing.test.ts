import { describe, expect, test } from '@jest/globals';
import { drawRectangle, eraseRandomly } from '../../src/augment/randomErasing.js';
import { Random } from '../../src/random.js';
import type { Scaling } from '../../src/scaling.js';

const size = { height: 48, width: 48 };
const scaling = 'minus-one-to-one';

describe('drawRectangle', () => {
  test('lies inside the image, with the published area and aspect', () => {
    const random = new Random(1);
    const rectangles = Array.from({ length: 5000 }, () => drawRectangle(size, random)!);
    for (const { top, left, height, width } of rectangles) {
      expect(top >= 0 && left >= 0 && top + height <= 48 && left + width <= 48).toBe(true);
      // Half a pixel of rounding on either side.
      expect((height + 0.5) * (width + 0.5)).toBeGreaterThanOrEqual(0.02 * 2304);
      expect((height - 0.5) * (width - 0.5)).toBeLessThanOrEqual(0.33 * 2304);
      expect((height + 0.5) / (width - 0.5)).toBeGreaterThanOrEqual(0.3);
      expect((height - 0.5) / (width + 0.5)).toBeLessThanOrEqual(3.3);
    }
    const mean = (of: (rectangle: (typeof rectangles)[number]) => number): number =>
      rectangles.reduce((sum, rectangle) => sum + of(rectangle), 0) / rectangles.length;
    // The middle of 0.02 to 0.33; standing as often as lying; all over the image.
    expect(mean(({ height, width }) => (height * width) / 2304)).toBeCloseTo(0.175, 1);
    expect(mean(({ height, width }) => Math.sign(height - width))).toBeCloseTo(0, 1);
    expect(mean(({ top, height }) => top + height / 2)).toBeCloseTo(24, 0);
    expect(mean(({ left, width }) => left + width / 2)).toBeCloseTo(24, 0);
  });

  test('gives up on an image in which nothing fits', () => {
    expect(drawRectangle({ height: 1, width: 1000 }, new Random(1))).toBeUndefined();
  });
});

describe('eraseRandomly', () => {
  test('fills exactly one rectangle with scaled noise of all grey levels and leaves the rest', () => {
    const image = new Float32Array(48 * 48).fill(2); // no grey level
    eraseRandomly(image, size, { probability: 1, scaling, random: new Random(3) });
    const erased = Array.from(image.keys()).filter((i) => image[i] !== 2);
    const rows = erased.map((i) => Math.floor(i / 48));
    const columns = erased.map((i) => i % 48);
    const height = Math.max(...rows) - Math.min(...rows) + 1;
    const width = Math.max(...columns) - Math.min(...columns) + 1;
    expect(erased).toHaveLength(height * width);
    const values = erased.map((i) => image[i]!);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
    expect(new Set(values).size).toBeGreaterThan(0.9 * erased.length);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan((5 * 0.577) / Math.sqrt(values.length)); // 5 standard errors
  });

  test('makes the same noise in every scaling', () => {
    const erase = (scaling: Scaling): Float32Array => {
      const image = new Float32Array(48 * 48).fill(-9); // no grey level
      eraseRandomly(image, size, { probability: 1, scaling, random: new Random(3) });
      return image;
    };
    const levels = erase('none');
    expect(Math.max(...levels)).toBeGreaterThan(250);
    const asShares = levels.map((level) => (level === -9 ? -9 : level / 255));
    expect(erase('zero-to-one')).toEqual(asShares);
    expect(erase('minus-one-to-one')).toEqual(levels.map((level) => (level === -9 ? -9 : level / 127.5 - 1)));
  });

  test('does so with the given probability, and with 0 never', () => {
    const random = new Random(5);
    const isErased = (probability: number): boolean => {
      const image = new Float32Array(48 * 48).fill(2);
      eraseRandomly(image, size, { probability, scaling, random });
      return image.some((value) => value !== 2);
    };
    const count = (probability: number): number =>
      Array.from({ length: 2000 }, () => isErased(probability)).filter(Boolean).length;
    expect(count(0)).toBe(0);
    expect(Math.abs(count(0.25) - 500)).toBeLessThan(97); // 5 standard deviations
    expect(count(1)).toBe(2000);
  });
});
