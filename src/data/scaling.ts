/** The one place where grey levels become network inputs. */

/** Half the range of grey levels. */
export const halfRange = 127.5;

/** `x / 127.5 - 1`: from a grey level in 0..255 (whole or not) to [-1, 1], the range that mini-Xception was published with. */
export function scalePixel(greyLevel: number): number {
  return greyLevel / halfRange - 1;
}

/** Scales grey levels 0..255, bytes or floats, to a new Float32Array in [-1, 1] of the same length and order. */
export function scalePixels(pixels: Uint8Array | Float32Array): Float32Array {
  return scalePixelsInto(pixels, new Float32Array(pixels.length));
}

/**
 * Scales grey levels 0..255, bytes or floats, into `target` from its start on and returns it: a batch buffer can be used again.
 * `target` may be `pixels` itself. Throws RangeError when it is shorter than `pixels`.
 */
export function scalePixelsInto(pixels: Uint8Array | Float32Array, target: Float32Array): Float32Array {
  if (target.length < pixels.length) {
    throw new RangeError(`Expected room for ${pixels.length} scaled pixels, got ${target.length}.`);
  }
  for (let i = 0; i < pixels.length; i++) target[i] = scalePixel(pixels[i]!);
  return target;
}
