/** How an image is cut into tiles that a minimal filter computes at once. */
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { minimalFilter, type MinimalFilter } from './minimalFilter.js';

/** The tiles along one axis. */
export interface TileAxis {
  readonly filter: MinimalFilter;
  /** Outputs along the axis; the last tile may have fewer than the others. */
  readonly size: number;
  readonly tiles: number;
}

export interface Tiling {
  readonly y: TileAxis;
  readonly x: TileAxis;
  /** Rows of tiles that are treated at once. */
  readonly rows: number;
}

/** Outputs per tile to choose from, by taps: more of them save more multiplications and lose more precision. */
const outputsByTaps: Readonly<Record<number, readonly number[]>> = { 3: [4, 3, 2], 5: [2, 4], 7: [2] };

/** Tiles in a block: each transformed weight is read once per block, and a block's tiles should stay in the second-level cache. */
const tilesPerBlock = 36;

function tileAxis(size: number, taps: number): TileAxis | undefined {
  const choices = (outputsByTaps[taps] ?? []).map((outputs) => ({
    filter: minimalFilter(outputs, taps),
    size,
    tiles: Math.ceil(size / outputs),
  }));
  const cost = ({ filter, tiles }: TileAxis): number => filter.points * tiles;
  return choices.reduce<TileAxis | undefined>((best, one) => (best && cost(best) <= cost(one) ? best : one), undefined);
}

/** The tiles of an output of `height` x `width` for windows of `taps` x `taps`; undefined where there is no filter for them. */
export function tilingOf(height: number, width: number, taps: number): Tiling | undefined {
  const [y, x] = [tileAxis(height, taps), tileAxis(width, taps)];
  return y && x && { y, x, rows: Math.max(1, Math.round(tilesPerBlock / x.tiles)) };
}

/** Multiplications per tile and pair of channels: one matrix product for each. */
export const matricesOf = ({ y, x }: Tiling): number => y.filter.points * x.filter.points;

/** The most tiles of a block. */
export const blockTiles = ({ rows, x }: Tiling): number => rows * x.tiles;

/** Multiplications for every one that the convolution has. */
export function shareOfMultiplications(tiling: Tiling): number {
  const { y, x } = tiling;
  const direct = y.size * x.size * y.filter.taps * x.filter.taps;
  return (y.tiles * x.tiles * matricesOf(tiling)) / direct;
}

/** Floats that are treated together: one register's. */
export const floatsTogether = (module: ModuleBuilder, channels: number): number =>
  module.vectorsTogether(channels).length * 4;

/** The most that `floatsTogether` gives, whatever the code. */
export const mostFloatsTogether = 8;

/** Floats between matrices: not a power of two, lest all matrices' elements fall on the same places of a cache. */
export const matrixStride = (elements: number): number => elements + 16;
