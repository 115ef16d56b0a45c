/** Which vector instructions this host runs. */

/** A module with one function () -> v128 of this code. */
function runs(code: readonly number[]): boolean {
  const body = [0, ...code, 0x0b];
  const bytes = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 5, 1, 0x60, 0, 1, 0x7b],
    ...[3, 2, 1, 0],
    ...[10, body.length + 2, 1, body.length, ...body],
  ];
  return WebAssembly.validate(Uint8Array.from(bytes));
}

/** i8x16.splat(0). */
const zeros = [0x41, 0, 0xfd, 0x0f];

/** 128-bit vectors. */
export function hasSimd(): boolean {
  return runs(zeros);
}

/** Relaxed SIMD, of which the engine uses f32x4.relaxed_madd. */
export function hasRelaxedSimd(): boolean {
  return runs([...zeros, ...zeros, ...zeros, 0xfd, 0x85, 0x02]);
}
