/** Resizing of grey images, the same to the bit on every machine. */

/** A size in pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** Where an image comes from and goes to. */
export interface Resizing {
  readonly from: Size;
  readonly to: Size;
}

/**
 * Resizes a grey image [height, width] of levels 0..255 to a new one, by bilinear interpolation with half-pixel centres: the
 * centre of target pixel i lies at `(i + 0.5) * from / to - 0.5`, and outside the image its edge goes on. Enlarging equals
 * OpenCV's INTER_LINEAR and Keras' bilinear resize. Shrinking widens the triangle by the factor, as Pillow and
 * `antialias=True` do, so that every source pixel counts and fine detail does not turn into noise. Result rounded half up.
 * Throws RangeError when `pixels` is not of size `from`.
 */
export function resizeBilinear(pixels: Uint8Array, { from, to }: Resizing): Uint8Array {
  if (pixels.length !== from.height * from.width) {
    throw new RangeError(`Expected ${from.height} x ${from.width} pixels, got ${pixels.length}.`);
  }
  return resizeImages(pixels, { from, to });
}

/** Resizes any number of images [count, height, width] at once, each as `resizeBilinear` does; at equal size it gives `pixels` itself. */
export function resizeImages(pixels: Uint8Array, { from, to }: Resizing): Uint8Array {
  if (from.height === to.height && from.width === to.width) return pixels;
  const columns = triangleTaps(from.width, to.width);
  const rows = triangleTaps(from.height, to.height);
  const fromArea = from.height * from.width;
  const toArea = to.height * to.width;
  const count = pixels.length / fromArea;
  if (!Number.isInteger(count)) {
    throw new RangeError(`Expected images of ${from.height} x ${from.width} pixels, got ${pixels.length} pixels.`);
  }
  const resized = new Uint8Array(count * toArea);
  const narrowed = new Float32Array(from.height * to.width);
  for (let i = 0; i < count; i++) {
    resizeRows(pixels.subarray(i * fromArea, (i + 1) * fromArea), columns, narrowed);
    resizeColumns(narrowed, rows, resized.subarray(i * toArea, (i + 1) * toArea));
  }
  return resized;
}

/** Along each row: [height, from width] to `narrowed` [height, to width]. */
function resizeRows(pixels: Uint8Array, columns: readonly Taps[], narrowed: Float32Array): void {
  const toWidth = columns.length;
  const height = narrowed.length / toWidth;
  const fromWidth = pixels.length / height;
  for (let x = 0; x < toWidth; x++) {
    const { first, weights } = columns[x]!;
    for (let y = 0; y < height; y++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * pixels[y * fromWidth + first + k]!;
      narrowed[y * toWidth + x] = sum;
    }
  }
}

/** Along each column: [from height, width] to `resized` [to height, width]. */
function resizeColumns(narrowed: Float32Array, rows: readonly Taps[], resized: Uint8Array): void {
  const width = resized.length / rows.length;
  for (let y = 0; y < rows.length; y++) {
    const { first, weights } = rows[y]!;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * narrowed[(first + k) * width + x]!;
      resized[y * width + x] = Math.floor(sum + 0.5);
    }
  }
}

/** Source pixels that make one target pixel. */
interface Taps {
  readonly first: number;
  /** They sum to 1. */
  readonly weights: Float64Array;
}

/** One triangle per target pixel, as wide as a target pixel but at least a source pixel; what hangs over an edge is left out. */
function triangleTaps(from: number, to: number): Taps[] {
  const scale = from / to;
  const radius = Math.max(1, scale);
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - radius + 0.5));
    const last = Math.min(from - 1, Math.ceil(centre + radius - 0.5) - 1);
    const weights = new Float64Array(last - first + 1);
    let sum = 0;
    for (let k = 0; k < weights.length; k++) {
      weights[k] = 1 - Math.abs(first + k + 0.5 - centre) / radius;
      sum += weights[k]!;
    }
    for (let k = 0; k < weights.length; k++) weights[k]! /= sum;
    return { first, weights };
  });
}
