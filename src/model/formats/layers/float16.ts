/** Half precision: 1 bit of sign, 5 of exponent, 10 of fraction (IEEE 754 binary16). */

/** The largest finite value. */
export const largestFloat16 = 65504;

const word = new DataView(new ArrayBuffer(4));

/** The 16 bits nearest to `value`, a tie to the even ones; beyond the range, infinity. */
export function encodeFloat16(value: number): number {
  word.setFloat32(0, value);
  const bits = word.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 65536 and more
  if (magnitude < 0x38800000) {
    // Below 2^-14 a half has steps of 2^-24, wherever the value lies.
    return sign | roundToEven(Math.abs(value) * 2 ** 24);
  }
  const rebased = magnitude - 0x38000000; // from the exponent's bias of 127 to that of 15
  return sign | roundToEven(rebased / 2 ** 13); // a carry goes on into the exponent, as it should
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** The value of 16 bits. */
export function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
