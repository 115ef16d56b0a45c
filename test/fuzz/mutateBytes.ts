/** Damages files at random: what readers must survive. Equal seeds damage alike. */
import type { Random } from '../../src/random.js';

/** Numbers that break arithmetic: sizes and offsets in headers are such fields. */
const extremes = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fff_ffffn,
  0xffff_ffffn,
  1n << 62n,
  0xffff_ffff_ffff_ffffn,
];

/** A copy of `bytes` with one to four kinds of damage, mostly in its headers. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let mutated: Uint8Array = Uint8Array.from(bytes); // the `slice` of a Buffer would be the file itself
  const times = 1 + random.integer(4);
  for (let i = 0; i < times && mutated.length > 0; i++)
    mutated = damages[random.integer(damages.length)]!(mutated, random);
  return mutated;
}

type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;

const damages: readonly Damage[] = [
  flipBit,
  flipBit,
  changeByte,
  changeByte,
  writeExtreme,
  writeExtreme,
  copyWithin,
  (bytes, random) => bytes.slice(0, random.integer(bytes.length)), // cut off
  (bytes, random) => bytes.fill(0, place(bytes, random), place(bytes, random)), // zeros, or nothing when the places are in turn
  remove,
];

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  const at = place(bytes, random);
  bytes[at]! ^= 1 << random.integer(8);
  return bytes;
}

function changeByte(bytes: Uint8Array, random: Random): Uint8Array {
  bytes[place(bytes, random)] = random.integer(256);
  return bytes;
}

/** An extreme number of one to eight bytes, little-endian. */
function writeExtreme(bytes: Uint8Array, random: Random): Uint8Array {
  const at = place(bytes, random);
  const size = Math.min(1 << random.integer(4), bytes.length - at);
  const value = extremes[random.integer(extremes.length)]!;
  for (let i = 0; i < size; i++) bytes[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
  return bytes;
}

/** A piece over another: offsets then lead to the wrong thing of the right kind. */
function copyWithin(bytes: Uint8Array, random: Random): Uint8Array {
  const from = place(bytes, random);
  return bytes.copyWithin(place(bytes, random), from, from + 1 + random.integer(256));
}

/** Takes some bytes out, so that all that follow stand elsewhere. */
function remove(bytes: Uint8Array, random: Random): Uint8Array {
  const at = place(bytes, random);
  const length = 1 + random.integer(64);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
}

/** A position: every second one in the first kilobytes, where headers are, every fourth near the end, where archives have theirs. */
function place({ length }: Uint8Array, random: Random): number {
  const region = random.integer(4);
  if (region < 2) return random.integer(Math.min(length, 4096));
  return region === 2 ? length - 1 - random.integer(Math.min(length, 1024)) : random.integer(length);
}
