/** Numbers told apart by their bits, and the digests of them that are pinned. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** SHA-256 of the bytes of `arrays`, one behind the other, in hex. */
export function bitsOf(arrays: Iterable<ArrayBufferView>): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of arrays) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}

/** Digests by what they are of. */
export type Pins = Record<string, string>;

/** Whether the pins are to be made again: what the first variant of each comes to is then what the others are compared with. */
export const isUpdate = process.env['UPDATE_PINNED_BITS'] === '1';

/** The pins of pinnedBits.json by section; none in an update. */
export function readPins(file: URL): Record<string, Pins> {
  return isUpdate ? {} : (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Pins>);
}

/** Replaces the file in an update; does nothing else. */
export function keepPins(file: URL, pins: Record<string, Pins>): void {
  if (isUpdate) writeFileSync(file, `${JSON.stringify(pins, null, 2)}\n`);
}
