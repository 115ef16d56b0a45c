/** How a sum over many pixels is cut into slices: threads add one slice each, then the slices' sums are added. */

export interface Slices {
  readonly pixels: number;
  /** Pixels of a slice; the last one may be shorter. */
  readonly length: number;
  readonly count: number;
}

/** About as many slices as pixels in one, so that neither pass over them is long. */
export function slicesOf(pixels: number): Slices {
  const length = Math.ceil(Math.sqrt(pixels));
  return { pixels, length, count: Math.ceil(pixels / length) };
}
