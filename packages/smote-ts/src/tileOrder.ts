/** An order of pixels in which neighbours in the plane are neighbours in the list. */

/**
 * Feature indices in Z order (Morton 1966): every aligned run of 4, 16 or 64 is a square tile, at the image's edges nearly so.
 * `features` is the number of pixels, `width` that of one image row.
 */
export function tileOrder(features: number, width: number): Uint32Array {
  const codes = Float64Array.from({ length: features }, (_, i) => interleave(i % width, Math.floor(i / width)));
  return Uint32Array.from({ length: features }, (_, i) => i).sort((a, b) => codes[a]! - codes[b]!);
}

/** The bits of `x` and `y` by turns, x lowest. */
function interleave(x: number, y: number): number {
  let code = 0;
  for (let bit = 1, left = x, up = y; left > 0 || up > 0; bit *= 4, left >>>= 1, up >>>= 1) {
    code += bit * (left & 1) + 2 * bit * (up & 1);
  }
  return code;
}
