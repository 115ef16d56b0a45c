/** Shared libraries of Linux as files (ELF): one that is cut off would end this process with a signal when it is loaded. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The type of a segment that is mapped into memory. */
const loadable = 1;

/**
 * How many of the bytes are missing that `path` says it has to load; 0 for a whole library, and for a file of another format, which the
 * loader refuses by itself. Reads the tables of a 64-bit little-endian file.
 *
 * Reference: System V ABI, chapter 4 (ELF header) and 5 (program header).
 */
export function missingBytes(path: string): number {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const header = readBytes(file, 0, 64);
    if (header.length < 64 || header.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') return 0;
    const [tableAt, entrySize, entries] = [
      header.readBigUInt64LE(32),
      header.readUInt16LE(54),
      header.readUInt16LE(56),
    ];
    const table = readBytes(file, Number(tableAt), entrySize * entries);
    let end = Number(tableAt) + entrySize * entries;
    for (let at = 0; at + 56 <= table.length; at += entrySize) {
      if (table.readUInt32LE(at) !== loadable) continue;
      end = Math.max(end, Number(table.readBigUInt64LE(at + 8) + table.readBigUInt64LE(at + 32)));
    }
    return Math.max(0, end - size);
  } finally {
    closeSync(file);
  }
}

/** As many of `count` bytes as there are. */
function readBytes(file: number, position: number, count: number): Buffer {
  const bytes = Buffer.alloc(count);
  return bytes.subarray(0, readSync(file, bytes, 0, count, position));
}
