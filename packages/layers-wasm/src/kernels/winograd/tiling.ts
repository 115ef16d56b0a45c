/** How an image is cut into tiles that a minimal filter computes at once. */
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import type { MinimalFilter } from './minimalFilter.js';
import { filterOf, filtersFor, subWindows, type SubWindow, type WindowAxis } from './subWindows.js';

/**
 * The tiles along one axis. A window is the sum of its sub-windows, which all go by the same filter, so that they are added up before the
 * products are transformed back: as if each had input channels of its own.
 */
export interface TileAxis {
  readonly filter: MinimalFilter;
  /** Outputs along the axis; the last tile may have fewer than the others. */
  readonly size: number;
  readonly tiles: number;
  /** Taps of the whole window. */
  readonly taps: number;
  /** Pixels from one tap of a sub-window to the next, and from one output's window to the next. */
  readonly step: number;
  /** Those with all of the filter's taps come first. */
  readonly windows: readonly SubWindow[];
}

export interface Tiling {
  readonly y: TileAxis;
  readonly x: TileAxis;
  /** Rows of tiles that are treated at once. */
  readonly rows: number;
}

/** Tiles in a block: each transformed weight is read once per block, and a block's tiles should stay in the second-level cache. */
const tilesPerBlock = 36;

function tileAxis(axis: WindowAxis): TileAxis | undefined {
  const { size, taps, stride } = axis;
  const windows = subWindows(axis);
  const choices = filtersFor(windows).map((filter) => {
    return { filter, size, tiles: Math.ceil(size / filter.outputs), taps, step: stride, windows };
  });
  const cost = ({ filter, tiles }: TileAxis): number => filter.points * tiles;
  return choices.reduce<TileAxis | undefined>((best, one) => (best && cost(best) <= cost(one) ? best : one), undefined);
}

/** The tiles of an output for windows along both axes; undefined where there is no filter for them. */
export function tilingOf(height: WindowAxis, width: WindowAxis): Tiling | undefined {
  const [y, x] = [tileAxis(height), tileAxis(width)];
  return y && x && { y, x, rows: Math.max(1, Math.round(tilesPerBlock / x.tiles)) };
}

/** Neighbouring points to which the same sub-windows contribute: the first `windows` of them. */
export interface PointRun {
  readonly points: number;
  readonly windows: number;
}

/** The points of an axis in runs. */
export function pointRuns({ filter, windows }: TileAxis): PointRun[] {
  const complete = windows.filter(({ taps }) => taps === filter.taps).length;
  if (complete === windows.length) return [{ points: filter.points, windows: complete }];
  return [
    { points: filter.points - 1, windows: windows.length },
    { points: 1, windows: complete },
  ];
}

/** A sub-window along each axis. */
export interface WindowPair {
  readonly y: SubWindow;
  readonly x: SubWindow;
}

/** All pairs of sub-windows, row by row. */
export const windowPairs = ({ y, x }: Tiling): WindowPair[] =>
  y.windows.flatMap((yWindow) => x.windows.map((xWindow) => ({ y: yWindow, x: xWindow })));

/** How many pairs there are. */
export const windowsOf = ({ y, x }: Pick<Tiling, 'y' | 'x'>): number => y.windows.length * x.windows.length;

/** Where a tap of the whole window, counted row by row, is among those of all sub-windows: [filter taps, sub-windows]. */
export function placeOfTap({ y, x }: Tiling, tap: number): number {
  const along = (axis: TileAxis, index: number): { window: number; tap: number } => {
    const inWindow = ({ first, taps }: SubWindow): boolean =>
      (index - first) % axis.step === 0 && index >= first && index < first + taps * axis.step;
    const window = axis.windows.findIndex(inWindow);
    return { window, tap: (index - axis.windows[window]!.first) / axis.step };
  };
  const down = along(y, Math.floor(tap / x.taps));
  const across = along(x, tap % x.taps);
  const pair = down.window * x.windows.length + across.window;
  return (down.tap * x.filter.taps + across.tap) * windowsOf({ y, x }) + pair;
}

/** Rows of the panels that hold the taps of all sub-windows, with so many input channels each. */
export const panelRows = (tiling: Tiling, inputs: number): number =>
  tiling.y.filter.taps * tiling.x.filter.taps * windowsOf(tiling) * inputs;

/** A name that tells tilings apart, but for their rows. */
export const keyOf = ({ y, x }: Tiling): string =>
  [y, x].map(({ filter, size, taps, step }) => [filter.outputs, size, taps, step].join()).join(' ');

/** Points of a tile: one matrix product for each. */
export const matricesOf = ({ y, x }: Tiling): number => y.filter.points * x.filter.points;

/** The most tiles of a block. */
export const blockTiles = ({ rows, x }: Tiling): number => rows * x.tiles;

/** Samples that a stage treats at once at most, as long as chunks are not enlarged. */
const mostSamples = 8;

/** The same tiles in blocks of twice as many rows; not larger than there are tiles to fill them. */
export function largerBlocks(tiling: Tiling): Tiling {
  return { ...tiling, rows: Math.min(tiling.rows * 2, tiling.y.tiles * mostSamples) };
}

/** Multiplications for every one that the convolution has. */
export function shareOfMultiplications(tiling: Tiling): number {
  const share = (axis: TileAxis): number => {
    const points = axis.windows.reduce((sum, window) => sum + filterOf(axis.filter, window).points, 0);
    return (axis.tiles * points) / (axis.size * axis.taps);
  };
  return share(tiling.y) * share(tiling.x);
}

/** Floats that are treated together: one register's. */
export const floatsTogether = (module: ModuleBuilder, channels: number): number =>
  module.vectorsTogether(channels).length * 4;

/** Floats of a cache line: so many channels of a tile are transformed one after the other, lest the line comes and goes for each register. */
export const mostFloatsInTurn = 16;

/** How often `floatsTogether` goes into the channels that are transformed in turn. */
export function registersInTurn(module: ModuleBuilder, channels: number): number {
  const together = floatsTogether(module, channels);
  return [4, 2].find((count) => count * together <= mostFloatsInTurn && channels % (count * together) === 0) ?? 1;
}

/** Floats between matrices: not a power of two, lest all matrices' elements fall on the same places of a cache. */
export const matrixStride = (elements: number): number => elements + 16;
