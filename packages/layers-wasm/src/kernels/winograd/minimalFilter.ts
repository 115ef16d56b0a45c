/** Winograd's minimal filters: the three matrices that trade multiplications of a short convolution for additions. */

export type Matrix = readonly (readonly number[])[];

/**
 * F(m, r): `output = inverse * ((filter * g) . (data * d))` are m neighbouring outputs of a filter of r taps, `d` their m + r - 1 inputs
 * and `.` the product of elements.
 */
export interface MinimalFilter {
  /** `m`. */
  readonly outputs: number;
  /** `r`. */
  readonly taps: number;
  /** m + r - 1: multiplications, and inputs. */
  readonly points: number;
  /** [m, points] */
  readonly inverse: Matrix;
  /** [points, r] */
  readonly filter: Matrix;
  /** [points, points] */
  readonly data: Matrix;
}

/**
 * Where the polynomials are evaluated, beside infinity. Pairs `p, -p` share sums. Close to 1 and apart from each other they cost the
 * least precision: with the square roots, six points lose less than half of what the usual 0, 1, -1, 2, -2 lose. Five and seven points
 * are those of a search over pairs that lose least, in eighths.
 */
const interpolationPoints: Readonly<Record<number, readonly number[]>> = {
  1: [],
  3: [0, 1],
  4: [0, 1, -1],
  5: [0.375, -0.375, 1.25, -1.25],
  6: [0, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT2, -Math.SQRT2],
  7: [0.25, -0.25, 0.875, -0.875, 1.625, -1.625],
  8: [0, 1, -1, 0.5, -0.5, 2, -2],
};

/** Coefficients, lowest first, of the product of `x - root`. */
function polynomial(roots: readonly number[]): number[] {
  return roots.reduce<number[]>(
    (product, root) =>
      [...product, 0].map((coefficient, i) => (product[i - 1] ?? 0) - root * (i < product.length ? coefficient : 0)),
    [1],
  );
}

/**
 * The filter of `outputs` outputs and `taps` taps by the construction of Cook and Toom; together they must be 2, or 4 to 9.
 *
 * Reference: Lavin and Gray 2016, "Fast algorithms for convolutional neural networks", arXiv:1509.09308; Blahut 2010, "Fast algorithms
 * for signal processing", chapter 5.
 */
export function minimalFilter(outputs: number, taps: number): MinimalFilter {
  const points = outputs + taps - 1;
  const finite = interpolationPoints[points]!;
  const others = finite.map((point) => finite.filter((other) => other !== point));
  const powers = (point: number, count: number): number[] => Array.from({ length: count }, (_, i) => point ** i);
  const last = (count: number): number[] => Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : 0));
  const columns = [...finite.map((point) => powers(point, outputs)), last(outputs)];
  const scales = finite.map((point, i) => others[i]!.reduce((product, other) => product * (point - other), 1));
  return {
    outputs,
    taps,
    points,
    inverse: transpose(columns),
    filter: [...finite.map((point, i) => powers(point, taps).map((power) => power / scales[i]!)), last(taps)],
    data: [...others.map((roots) => [...polynomial(roots), 0]), polynomial(finite)],
  };
}

export function transpose(matrix: Matrix): Matrix {
  return matrix[0]!.map((_, column) => matrix.map((row) => row[column]!));
}
