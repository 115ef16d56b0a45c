/** Which tiles images are cut into. */
import { describe, expect, test } from '@jest/globals';
import { ModuleBuilder } from '../../../src/assembler/moduleBuilder.js';
import {
  placeOfTap,
  pointRuns,
  blockTiles,
  largerBlocks,
  registersInTurn,
  shareOfMultiplications,
  tilingOf,
} from '../../../src/kernels/winograd/tiling.js';

/** Square images of `size` outputs, square windows. */
const square = (size: number, taps: number, stride = 1) => {
  const axis = { size, taps, stride };
  return tilingOf(axis, axis);
};

describe('tilingOf', () => {
  test.each([
    { size: 48, taps: 3, stride: 1, outputs: 4, tiles: 12, share: 36 / 144 },
    { size: 6, taps: 3, stride: 1, outputs: 3, tiles: 2, share: 25 / 81 },
    { size: 2, taps: 3, stride: 1, outputs: 2, tiles: 1, share: 16 / 36 },
    { size: 24, taps: 5, stride: 1, outputs: 4, tiles: 6, share: 64 / 400 },
    { size: 9, taps: 2, stride: 1, outputs: 3, tiles: 3, share: 16 / 36 },
    { size: 48, taps: 7, stride: 1, outputs: 4, tiles: 12, share: (7 + 6) ** 2 / 784 },
    { size: 24, taps: 5, stride: 2, outputs: 4, tiles: 6, share: (6 + 5) ** 2 / 400 },
    { size: 12, taps: 3, stride: 2, outputs: 4, tiles: 3, share: (5 + 4) ** 2 / 144 },
    { size: 3, taps: 3, stride: 2, outputs: 3, tiles: 1, share: (4 + 3) ** 2 / 81 },
  ])('$size pixels, $taps taps, stride $stride: tiles of $outputs', ({ size, taps, stride, outputs, tiles, share }) => {
    const tiling = square(size, taps, stride)!;
    expect([tiling.y.filter.outputs, tiling.x.tiles]).toEqual([outputs, tiles]);
    expect(shareOfMultiplications(tiling)).toBeCloseTo(share, 12);
  });

  test('each axis has tiles of its own', () => {
    const { y, x } = tilingOf({ size: 6, taps: 3, stride: 1 }, { size: 8, taps: 2, stride: 1 })!;
    expect([y.filter.outputs, x.filter.outputs, y.filter.taps, x.filter.taps]).toEqual([3, 4, 3, 2]);
  });

  test('some rows of tiles make a block, at least one', () => {
    expect(blockTiles(square(48, 3)!)).toBe(36);
    expect(blockTiles(tilingOf({ size: 4, taps: 3, stride: 1 }, { size: 400, taps: 3, stride: 1 })!)).toBe(100);
  });

  test('larger blocks have twice the rows, but not more than eight samples do', () => {
    expect(blockTiles(largerBlocks(square(12, 3)!))).toBe(72);
    expect(blockTiles(largerBlocks(square(6, 3)!))).toBe(32);
  });

  test('a cache line of channels is transformed in turn, or as much as divides them', () => {
    const [narrow, wide] = [new ModuleBuilder(), new ModuleBuilder({ wide: true })];
    expect([64, 8, 12, 4].map((channels) => registersInTurn(narrow, channels))).toEqual([4, 2, 1, 1]);
    expect([64, 8, 12].map((channels) => registersInTurn(wide, channels))).toEqual([2, 1, 1]);
  });

  test('knows no filter for halves of more than five taps, nor for strides over more taps than there are', () => {
    expect([square(8, 11), square(8, 2, 3), square(8, 1, 2)]).toEqual([undefined, undefined, undefined]);
  });
});

describe('the sub-windows of a tiling', () => {
  test('those that lack a tap contribute to all points but the last', () => {
    expect(pointRuns(square(8, 7)!.y)).toEqual([
      { points: 6, windows: 2 },
      { points: 1, windows: 1 },
    ]);
    expect(pointRuns(square(8, 4, 2)!.y)).toEqual([{ points: 5, windows: 2 }]);
    expect(pointRuns(square(8, 3)!.y)).toEqual([{ points: 6, windows: 1 }]);
  });

  test('the taps of a 3x3 window of stride 2 lie in those of four 2x2 windows, tap by tap', () => {
    // Taps 0 and 2 of an axis are the first sub-window's, tap 1 is the second one's; places are (tap y, tap x, window y, window x).
    const place = (...bits: number[]) => bits.reduce((sum, bit) => sum * 2 + bit, 0);
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map((tap) => placeOfTap(square(4, 3, 2)!, tap))).toEqual([
      ...[place(0, 0, 0, 0), place(0, 0, 0, 1), place(0, 1, 0, 0)],
      ...[place(0, 0, 1, 0), place(0, 0, 1, 1), place(0, 1, 1, 0)],
      ...[place(1, 0, 0, 0), place(1, 0, 0, 1), place(1, 1, 0, 0)],
    ]);
  });

  test('every tap of a 7x7 window has a place of its own', () => {
    const tiling = square(8, 7)!;
    const places = Array.from({ length: 49 }, (_, tap) => placeOfTap(tiling, tap));
    expect(new Set(places).size).toBe(49);
    expect(Math.max(...places)).toBeLessThan(4 * 4 * 4);
  });
});
