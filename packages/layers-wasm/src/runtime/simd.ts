/** Whether this host runs 128-bit vector instructions. */

/** A module with one function that returns a vector of zeros: () -> v128. */
const probe = [
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 5, 1, 0x60, 0, 1, 0x7b],
  ...[3, 2, 1, 0],
  ...[10, 8, 1, 6, 0, 0x41, 0, 0xfd, 0x0f, 0x0b],
];

export function hasSimd(): boolean {
  return WebAssembly.validate(Uint8Array.from(probe));
}
