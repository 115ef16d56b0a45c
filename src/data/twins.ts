/** Images that occur more than once, byte for byte. */
import type { Dataset } from './dataset.js';

/** Groups the rows of identical images: every row is in exactly one group, groups and rows in file order. */
export function groupTwins(dataset: Dataset): number[][] {
  const area = dataset.height * dataset.width;
  const groups: number[][] = [];
  const groupsOfHash = new Map<number, number[][]>();
  const sameImage = (a: number, b: number): boolean => {
    for (let i = 0; i < area; i++) if (dataset.pixels[a * area + i] !== dataset.pixels[b * area + i]) return false;
    return true;
  };
  for (let row = 0; row < dataset.count; row++) {
    const hash = hashImage(dataset.pixels, row * area, area);
    const candidates = groupsOfHash.get(hash);
    const known = candidates?.find((rows) => sameImage(rows[0]!, row));
    if (known) {
      known.push(row);
      continue;
    }
    const rows = [row];
    groups.push(rows);
    if (candidates) candidates.push(rows);
    else groupsOfHash.set(hash, [rows]);
  }
  return groups;
}

/** FNV-1a (Fowler, Noll, Vo) over four bytes at a time; equality is checked on the bytes, so collisions only cost time. */
function hashImage(pixels: Uint8Array, start: number, length: number): number {
  let hash = 0x811c9dc5;
  let i = start;
  for (const end = start + length - 3; i < end; i += 4) {
    const word = pixels[i]! | (pixels[i + 1]! << 8) | (pixels[i + 2]! << 16) | (pixels[i + 3]! << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15; // FNV mixes upwards only; without this the high bytes of a word never reach the low bits.
  }
  for (const end = start + length; i < end; i++) hash = Math.imul(hash ^ pixels[i]!, 0x01000193);
  return hash;
}
