import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { augmentImage, drawAugmentation, type AffineParameters } from '../../src/augment/affine.js';
import { augmentDefaults, augmentOff } from '../../src/augment/augmentConfig.js';
import { Random } from '../../src/random.js';

const identity: AffineParameters = { mirror: false, rotation: 0, shiftX: 0, shiftY: 0, zoomX: 1, zoomY: 1 };

function augmented(pixels: number[], shape: { height: number; width: number }, change: Partial<AffineParameters>) {
  const target = new Float32Array(pixels.length);
  augmentImage({ pixels: Uint8Array.from(pixels), ...shape }, { ...identity, ...change }, target);
  return Array.from(target, (value) => Math.round(value * 1000) / 1000);
}

describe('augmentImage', () => {
  const rectangle = { height: 2, width: 3 };
  const pixels = [10, 20, 30, 40, 50, 60];

  test('leaves the image as it is without a change', () => {
    expect(augmented(pixels, rectangle, {})).toEqual(pixels);
  });

  test('mirrors left and right', () => {
    expect(augmented(pixels, rectangle, { mirror: true })).toEqual([30, 20, 10, 60, 50, 40]);
  });

  test('shifts along x by columns and along y by rows, and repeats the edge', () => {
    expect(augmented(pixels, rectangle, { shiftX: 1 / 3 })).toEqual([20, 30, 30, 50, 60, 60]);
    expect(augmented(pixels, rectangle, { shiftY: 1 / 2 })).toEqual([40, 50, 60, 40, 50, 60]);
    expect(augmented(pixels, rectangle, { shiftX: 1 / 6 })).toEqual([15, 25, 30, 45, 55, 60]);
  });

  test('zooms about the centre', () => {
    expect(augmented([0, 100, 200], { height: 1, width: 3 }, { zoomX: 0.5 })).toEqual([50, 100, 150]);
    expect(augmented([0, 100, 200], { height: 3, width: 1 }, { zoomY: 0.5 })).toEqual([50, 100, 150]);
  });

  test('turns by half a circle to the image upside down', () => {
    expect(augmented(pixels, rectangle, { rotation: 180 })).toEqual([...pixels].reverse());
  });

  test('keeps an image of one grey level as it is, far outside its borders too', () => {
    const grey = new Array<number>(25).fill(77);
    const far = { rotation: 41, shiftX: 0.9, shiftY: -0.7, zoomX: 1.9, zoomY: 0.2, mirror: true };
    expect(augmented(grey, { height: 5, width: 5 }, far)).toEqual(grey);
  });

  test('agrees with Keras to a thousandth of a grey level (makeAffineFixture.py)', () => {
    const file = new URL('../../../test/augment/affineFixture.json', import.meta.url);
    const cases = JSON.parse(readFileSync(file, 'utf8')) as (AffineParameters & { size: number; expected: number[] })[];
    expect(cases).toHaveLength(6);
    for (const { size, expected, ...parameters } of cases) {
      const pixels = Uint8Array.from({ length: size * size }, (_, i) => {
        const row = Math.floor(i / size);
        const column = i % size;
        return 37 * row * row + 59 * column + 11 * row * column;
      });
      const target = new Float32Array(size * size);
      augmentImage({ pixels, height: size, width: size }, parameters, target);
      expected.forEach((value, i) => expect(Math.abs(target[i]! - value)).toBeLessThan(1e-3));
    }
  });
});

describe('drawAugmentation', () => {
  const draws = Array.from({ length: 2000 }, (_, i) => drawAugmentation(augmentDefaults, new Random(i)));

  test('stays within its amounts and comes near all of them', () => {
    const amounts = {
      rotation: [-10, 10],
      shiftX: [-0.1, 0.1],
      shiftY: [-0.1, 0.1],
      zoomX: [0.9, 1.1],
      zoomY: [0.9, 1.1],
    };
    for (const [name, [low, high]] of Object.entries(amounts) as [keyof typeof amounts, [number, number]][]) {
      const values = draws.map((draw) => draw[name]);
      const margin = (high - low) / 100;
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
      expect(Math.min(...values)).toBeLessThan(low + margin);
      expect(Math.max(...values)).toBeLessThan(high);
      expect(Math.max(...values)).toBeGreaterThan(high - margin);
    }
  });

  test('mirrors every other image and zooms width and height apart', () => {
    const mirrored = draws.filter(({ mirror }) => mirror).length;
    expect(mirrored).toBeGreaterThan(900);
    expect(mirrored).toBeLessThan(1100);
    expect(draws.every(({ zoomX, zoomY }) => zoomX !== zoomY)).toBe(true);
  });

  test('draws nothing when all is off, and the rest unchanged when one is off', () => {
    expect(drawAugmentation(augmentOff, new Random(3))).toEqual(identity);
    const full = drawAugmentation(augmentDefaults, new Random(3));
    const still = drawAugmentation({ ...augmentDefaults, rotation: 0 }, new Random(3));
    expect(still).toEqual({ ...full, rotation: 0 });
  });
});
