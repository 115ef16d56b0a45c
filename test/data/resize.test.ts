import { describe, expect, test } from '@jest/globals';
import { resizeBilinear, resizeImages } from '../../src/data/resize.js';

const size = (height: number, width: number) => ({ height, width });

describe('enlarging: half-pixel centres, as OpenCV and Keras', () => {
  test('two pixels to four lie at -0.25, 0.25, 0.75 and 1.25', () => {
    const resized = resizeBilinear(Uint8Array.of(0, 100), { from: size(1, 2), to: size(1, 4) });
    expect([...resized]).toEqual([0, 25, 75, 100]);
  });

  test('both directions', () => {
    const resized = resizeBilinear(Uint8Array.of(0, 100, 200, 100), { from: size(2, 2), to: size(4, 4) });
    // Columns first: [0 25 75 100] and [200 175 125 100]; then rows at 1/4 and 3/4.
    expect([...resized]).toEqual([0, 25, 75, 100, 50, 63, 88, 100, 150, 138, 113, 100, 200, 175, 125, 100]);
  });

  test('one pixel fills any size', () => {
    expect([...resizeBilinear(Uint8Array.of(42), { from: size(1, 1), to: size(2, 3) })]).toEqual(Array(6).fill(42));
  });

  test('48 to 64: target pixel 2 lies at 1.375', () => {
    const ramp = Uint8Array.from({ length: 48 }, (_, i) => 5 * i);
    const resized = resizeBilinear(ramp, { from: size(1, 48), to: size(1, 64) });
    expect(resized[2]).toBe(7); // 5 x 1.375 = 6.875
    expect(resized[63]).toBe(235); // beyond the last centre
  });
});

describe('shrinking: every source pixel counts, as Pillow', () => {
  test('four pixels to two: triangles of weight 1 3 3 1, cut at the edge', () => {
    const resized = resizeBilinear(Uint8Array.of(0, 70, 140, 210), { from: size(1, 4), to: size(1, 2) });
    expect([...resized]).toEqual([50, 160]); // (3x0 + 3x70 + 140) / 7 and its mirror image
  });

  test('a fine checkerboard turns grey', () => {
    const board = Uint8Array.from({ length: 64 * 64 }, (_, i) => (((i >> 6) + i) % 2) * 255);
    const resized = resizeBilinear(board, { from: size(64, 64), to: size(8, 8) });
    expect(Math.min(...resized)).toBeGreaterThan(120);
    expect(Math.max(...resized)).toBeLessThan(135);
  });
});

test('at the same size the pixels are not even copied', () => {
  const pixels = Uint8Array.of(1, 2);
  expect(resizeBilinear(pixels, { from: size(1, 2), to: size(1, 2) })).toBe(pixels);
});

test('many images are resized one by one', () => {
  const shape = { from: size(1, 2), to: size(1, 4) };
  expect([...resizeImages(Uint8Array.of(0, 100, 100, 0), shape)]).toEqual([0, 25, 75, 100, 100, 75, 25, 0]);
  expect(() => resizeImages(new Uint8Array(3), shape)).toThrow('images of 1 x 2 pixels, got 3 pixels');
  expect(() => resizeBilinear(new Uint8Array(4), shape)).toThrow('Expected 1 x 2 pixels, got 4');
});
