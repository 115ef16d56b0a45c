/** A window as a sum of smaller ones, for which there are minimal filters: the parts of a large window, or those of a strided one. */
import { minimalFilter, type MinimalFilter } from './minimalFilter.js';

/** A window along one axis, and how many outputs it has. */
export interface WindowAxis {
  readonly size: number;
  readonly taps: number;
  readonly stride: number;
}

/** Some taps of a window along one axis, each a stride behind the one before. */
export interface SubWindow {
  /** Which tap of the window is its first. */
  readonly first: number;
  readonly taps: number;
}

/** Windows of more taps are split. */
const mostTaps = 5;

/**
 * The sub-windows of an axis, none shorter by more than one tap, the longest first. Those of a stride take every so many pixels of the
 * image, and move over them without a stride; those of a large window lie one behind the other.
 */
export function subWindows({ taps, stride }: WindowAxis): SubWindow[] {
  if (stride === 1 && taps > mostTaps) {
    const half = Math.ceil(taps / 2);
    return [0, half].map((first) => ({ first, taps: Math.min(half, taps - first) }));
  }
  return Array.from({ length: stride }, (_, first) => ({ first, taps: Math.ceil((taps - first) / stride) }));
}

/**
 * The filter of a sub-window of as many taps as `filter` has, or of one less: that has all its points but infinity, where it is zero. What
 * the sub-windows have in common can so be added up before it is transformed back.
 */
export function filterOf(filter: MinimalFilter, { taps }: SubWindow): MinimalFilter {
  if (taps === filter.taps) return filter;
  const points = filter.points - 1;
  return {
    ...{ outputs: filter.outputs, taps, points },
    inverse: filter.inverse.map((row) => row.slice(0, points)),
    filter: filter.filter.slice(0, points).map((row) => row.slice(0, taps)),
    data: filter.data.slice(0, points).map((row) => row.slice(0, points)),
  };
}

/** Outputs per tile to choose from, by taps: more of them save more multiplications and lose more precision. */
const outputsByTaps: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  2: [4, 3, 2],
  3: [4, 3, 2],
  4: [4, 3, 2],
  5: [2, 4],
};

/** The filters that there are for the longest of some sub-windows: none where one has no taps. */
export function filtersFor(windows: readonly SubWindow[]): MinimalFilter[] {
  const { taps } = windows[0]!;
  if (windows.some((window) => window.taps === 0)) return [];
  return (outputsByTaps[taps] ?? []).map((outputs) => minimalFilter(outputs, taps));
}
