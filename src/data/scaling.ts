/** The one place where this process makes network inputs of grey levels; engines that take bytes have their own. */
import { scalingFormulas, standardScaling, type Scaling } from '../scaling.js';

/** One grey level, whole or not, scaled. */
export function scalePixel(greyLevel: number, scaling: Scaling): number {
  const { divisor, shift } = scalingFormulas[scaling];
  return greyLevel / divisor - shift;
}

/** Scales grey levels 0..255, bytes or floats, to a new Float32Array of the same length and order. */
export function scalePixels(pixels: Uint8Array | Float32Array, scaling: Scaling = standardScaling): Float32Array {
  return scalePixelsInto(pixels, new Float32Array(pixels.length), scaling);
}

/**
 * Scales grey levels 0..255, bytes or floats, into `target` from its start on and returns it: a batch buffer can be used again.
 * `target` may be `pixels` itself. Throws RangeError when it is shorter than `pixels`.
 */
export function scalePixelsInto(
  pixels: Uint8Array | Float32Array,
  target: Float32Array,
  scaling: Scaling = standardScaling,
): Float32Array {
  if (target.length < pixels.length) {
    throw new RangeError(`Expected room for ${pixels.length} scaled pixels, got ${target.length}.`);
  }
  const { divisor, shift } = scalingFormulas[scaling];
  for (let i = 0; i < pixels.length; i++) target[i] = pixels[i]! / divisor - shift;
  return target;
}
