/** What fixtures keep of a tensor, as seededNumbers.py computes it. */

/** The Euclidean norm and five evenly spaced elements. */
export interface Digest {
  readonly norm: number;
  readonly samples: readonly number[];
}

/** The digest of `values`. */
export function digest(values: ArrayLike<number>): Digest {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! ** 2;
  const samples = Array.from({ length: 5 }, (_, k) => values[Math.floor((k * values.length) / 5)]!);
  return { norm: Math.sqrt(squares), samples };
}

/** Largest deviation of norm and samples, relative to the norm of `expected` (at least `floor`). */
export function digestError(actual: Digest, expected: Digest, floor = 0): number {
  const scale = Math.max(expected.norm, floor);
  const errors = expected.samples.map((value, k) => Math.abs(value - actual.samples[k]!));
  return Math.max(Math.abs(expected.norm - actual.norm), ...errors) / scale;
}
