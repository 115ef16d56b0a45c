/** Weights stored in fewer bits, as TensorFlow.js' converter writes them, back to float32. */
import { isRecord } from '../../json.js';
import { decodeFloat16 } from './float16.js';

/** How a tensor is stored: as half-precision floats, or as whole numbers `q` that stand for `q * scale + min`. */
export type StoredNumbers =
  | { readonly dtype: 'float32' | 'float16' }
  | { readonly dtype: 'uint8' | 'uint16'; readonly scale: number; readonly min: number };

const byteCounts = { float32: 4, float16: 2, uint16: 2, uint8: 1 } as const;

/** Bytes of one value. */
export function bytesPerValue({ dtype }: StoredNumbers): number {
  return byteCounts[dtype];
}

/** The `quantization` of a manifest's weight; undefined when it is none that gives finite float32 values. */
export function parseQuantization(value: unknown): StoredNumbers | undefined {
  if (!isRecord(value)) return undefined;
  const { dtype, scale, min, original_dtype: original = 'float32' } = value;
  if (original !== 'float32') return undefined;
  if (dtype === 'float16') return { dtype };
  if ((dtype !== 'uint8' && dtype !== 'uint16') || !Number.isFinite(scale) || !Number.isFinite(min)) return undefined;
  return { dtype, scale: scale as number, min: min as number };
}

/** The values of little-endian `bytes`, in an array of their own. */
export function decodeNumbers(bytes: Uint8Array, stored: StoredNumbers): Float32Array {
  const own = new Uint8Array(bytes).buffer; // aligned, as views of more than a byte want it
  switch (stored.dtype) {
    case 'float32':
      return new Float32Array(own);
    case 'float16':
      return Float32Array.from(new Uint16Array(own), decodeFloat16);
    case 'uint8':
      return Float32Array.from(new Uint8Array(own), (q) => q * stored.scale + stored.min);
    case 'uint16':
      return Float32Array.from(new Uint16Array(own), (q) => q * stored.scale + stored.min);
  }
}
