/** Storing weights in fewer bits, in the ways that TensorFlow.js reads back by itself. */
import type { NamedWeight } from '../../modelFile.js';
import { encodeFloat16, largestFloat16 } from './float16.js';

/** How weights are stored: 32 bits, 16 bits, or 8 bits with a scale of their own per tensor. */
export const precisions = ['float32', 'float16', 'uint8'] as const;
export type Precision = (typeof precisions)[number];

/** How to read a tensor of fewer bits, as the layers format names it. */
export type Quantization =
  | { readonly dtype: 'float16'; readonly original_dtype: 'float32' }
  | { readonly dtype: 'uint8'; readonly original_dtype: 'float32'; readonly min: number; readonly scale: number };

/** A tensor's bytes; without `quantization` they are little-endian float32. */
export interface StoredTensor {
  readonly bytes: Uint8Array;
  readonly quantization?: Quantization;
}

/**
 * `weight` in `precision`, where that keeps it useful: 8 bits are for kernels, whose values are many and alike; vectors such as biases
 * and variances stay whole, and so do tensors with values beyond the range of 16-bit floats.
 */
export function storeTensor({ shape, data }: NamedWeight, precision: Precision): StoredTensor {
  if (precision === 'uint8' && shape.length > 1) return quantiseToBytes(data);
  if (precision === 'float16' && data.every((value) => Math.abs(value) <= largestFloat16)) {
    const halves = Uint16Array.from(data, encodeFloat16);
    return { bytes: bytesOf(halves), quantization: { dtype: 'float16', original_dtype: 'float32' } };
  }
  return { bytes: bytesOf(data) };
}

/** `value = byte * scale + min`: the least value is byte 0, the greatest 255, the error at most half a scale. */
function quantiseToBytes(data: Float32Array): StoredTensor {
  let [min, max] = [Infinity, -Infinity];
  for (const value of data) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const scale = max > min ? (max - min) / 255 : 1;
  const bytes = Uint8Array.from(data, (value) => Math.round((value - min) / scale));
  return { bytes, quantization: { dtype: 'uint8', original_dtype: 'float32', min, scale } };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
