/** Which tiles images are cut into. */
import { describe, expect, test } from '@jest/globals';
import { blockTiles, shareOfMultiplications, tilingOf } from '../../../src/kernels/winograd/tiling.js';

describe('tilingOf', () => {
  test.each([
    { size: 48, taps: 3, outputs: 4, tiles: 12, share: 36 / 144 },
    { size: 6, taps: 3, outputs: 3, tiles: 2, share: 25 / 81 },
    { size: 2, taps: 3, outputs: 2, tiles: 1, share: 16 / 36 },
    { size: 24, taps: 5, outputs: 4, tiles: 6, share: 64 / 400 },
    { size: 10, taps: 7, outputs: 2, tiles: 5, share: 64 / 196 },
  ])('$size pixels, $taps taps: tiles of $outputs', ({ size, taps, outputs, tiles, share }) => {
    const tiling = tilingOf(size, size, taps)!;
    expect([tiling.y.filter.outputs, tiling.x.tiles]).toEqual([outputs, tiles]);
    expect(shareOfMultiplications(tiling)).toBeCloseTo(share, 12);
  });

  test('each axis has tiles of its own', () => {
    const { y, x } = tilingOf(6, 8, 3)!;
    expect([y.filter.outputs, x.filter.outputs]).toEqual([3, 4]);
  });

  test('some rows of tiles make a block, at least one', () => {
    expect(blockTiles(tilingOf(48, 48, 3)!)).toBe(36);
    expect(blockTiles(tilingOf(4, 400, 3)!)).toBe(100);
  });

  test('knows no filter of one tap or of an even number of them', () => {
    expect([1, 2, 4, 9].map((taps) => tilingOf(8, 8, taps))).toEqual([undefined, undefined, undefined, undefined]);
  });
});
