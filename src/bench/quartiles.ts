/** The middle of repeated measurements, which a few slow ones do not move. */

/** Three values that cut the sorted measurements into four equal parts. */
export interface Quartiles {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** Interpolates linearly between neighbours, as NumPy's `percentile` does (Hyndman and Fan's type 7). `values`: at least one. */
export function quartiles(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const position = share * (sorted.length - 1);
    const below = sorted[Math.floor(position)]!;
    return below + (position % 1) * (sorted[Math.ceil(position)]! - below);
  };
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}
