/**
 * A cache of packed datasets, keyed by content: an entry is named by the SHA-256 of the source file's bytes, and every load hashes
 * the source again. Names, sizes and times play no part, because a changed file can keep all three; hashing the 84 MB of
 * fer2013.csv.gz takes less than a tenth of a second. An entry carries its own checksum, is written whole or not at all, and any
 * doubt about it (short, damaged, another version) makes it absent.
 */
import { createHash } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { removeLeftovers, replaceFile } from '../files.js';
import { pixelCount } from './csvRow.js';
import { classNames, imageSize, type Dataset } from './dataset.js';

/** A CSV without bad rows; its rows are as in the file, before any split. */
export interface CachedContent {
  readonly dataset: Dataset;
  readonly hasUsage: boolean;
}

/** Raised when the layout or the meaning of an entry changes: older entries are then not found. */
const layoutVersion = 1;
const extension = '.ferdata';

/** Entry: checksum [32], source hash [32], version, count, hasUsage as uint32 [12], padding [4]; pixels, labels, usage. */
const checksumBytes = 32;
const headerBytes = 80;

/** Entries kept; the oldest goes when one more is written. An entry of FER-2013 is 83 MB. */
const keptEntries = 4;

/** FER_CACHE_DIR, or `fer` in XDG_CACHE_HOME, or ~/.cache/fer. */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment['FER_CACHE_DIR']) return environment['FER_CACHE_DIR'];
  return join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'fer');
}

/** The entry for a source with this hash, or undefined when there is none that can be trusted. */
export async function readCache(folder: string, sourceHash: string): Promise<CachedContent | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readWhole(entryPath(folder, sourceHash));
  } catch {
    return undefined;
  }
  if (bytes.length < headerBytes) return undefined;
  const count = bytes.readUInt32LE(68);
  const isWhole =
    bytes.toString('hex', checksumBytes, 64) === sourceHash &&
    bytes.readUInt32LE(64) === layoutVersion &&
    bytes.length === headerBytes + count * (pixelCount + 2) &&
    createHash('sha256').update(bytes.subarray(checksumBytes)).digest().equals(bytes.subarray(0, checksumBytes));
  if (!isWhole) return undefined;
  const part = (start: number, length: number): Uint8Array =>
    new Uint8Array(bytes.buffer, bytes.byteOffset + start, length);
  const pixelsEnd = headerBytes + count * pixelCount;
  const dataset: Dataset = {
    pixels: part(headerBytes, count * pixelCount),
    labels: part(pixelsEnd, count),
    usage: part(pixelsEnd + count, count),
    count,
    height: imageSize,
    width: imageSize,
    classNames,
    hash: sourceHash,
  };
  return { dataset, hasUsage: bytes.readUInt32LE(72) === 1 };
}

/** Writes the entry for `dataset.hash` and drops the oldest ones. Throws WRITE_FAILED when it cannot. */
export async function writeCache(folder: string, { dataset, hasUsage }: CachedContent): Promise<void> {
  const { pixels, labels, usage, count, hash } = dataset;
  const header = Buffer.alloc(headerBytes);
  header.write(hash, checksumBytes, 'hex');
  header.writeUInt32LE(layoutVersion, 64);
  header.writeUInt32LE(count, 68);
  header.writeUInt32LE(hasUsage ? 1 : 0, 72);
  const checksum = createHash('sha256').update(header.subarray(checksumBytes));
  for (const part of [pixels, labels, usage]) checksum.update(part);
  header.set(checksum.digest(), 0);
  await replaceFile(entryPath(folder, hash), [header, pixels, labels, usage]);
  await dropOldEntries(folder);
}

function entryPath(folder: string, sourceHash: string): string {
  return join(folder, `${sourceHash}-v${layoutVersion}${extension}`);
}

/** Into shared memory, where the threads that prepare batches read the pixels too. */
async function readWhole(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const bytes = Buffer.from(new SharedArrayBuffer((await file.stat()).size));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) return bytes.subarray(0, filled);
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

async function dropOldEntries(folder: string): Promise<void> {
  const entries: { path: string; modifiedMs: number }[] = [];
  for (const name of await readdir(folder)) {
    if (!name.endsWith(extension)) continue;
    const path = join(folder, name);
    const modifiedMs = (await stat(path).catch(() => undefined))?.mtimeMs;
    if (modifiedMs !== undefined) entries.push({ path, modifiedMs }); // Undefined: another process was faster.
  }
  entries.sort((a, b) => b.modifiedMs - a.modifiedMs);
  for (const { path } of entries.slice(keptEntries)) await rm(path, { force: true });
  await removeLeftovers(folder, { of: (name) => name.endsWith(extension) });
}
