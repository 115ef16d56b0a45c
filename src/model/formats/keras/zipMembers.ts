/** Members of a zip archive, read into memory without trust: names, sizes and checksums are checked before they are used. */
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { FerError } from '../../../errors.js';

/** A name without a folder, and the largest size that is read, in bytes. */
export type MemberLimits = Readonly<Record<string, number>>;

/** Keras writes three members, and assets of layers that cannot be run here. */
const mostMembers = 1000;
/** Weights hardly shrink, and Keras does not compress them; only a bomb grows so much from more than a few bytes. */
const mostExpansion = 100;

/**
 * Those members of the zip archive `bytes` that `limits` names; members that it does not name are not read, and stored ones share the memory of `bytes`. Throws MODEL_INVALID,
 * naming `source`, for anything else than a sound archive: truncated, a name twice, a name that leads out of the archive, an encrypted
 * member, a member that is or calls itself larger than its limit, a wrong checksum.
 */
export async function readZipMembers(
  bytes: Uint8Array,
  limits: MemberLimits,
  source: string,
): Promise<Map<string, Uint8Array>> {
  const { fromBufferPromise } = await import('yauzl');
  const members = new Map<string, Uint8Array>();
  const names = new Set<string>();
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const archive = await fromBufferPromise(buffer, { lazyEntries: true, strictFileNames: true });
    if (archive.entryCount > mostMembers) throw invalid(source, `it has ${archive.entryCount} members`);
    for await (const entry of archive.eachEntry()) {
      const name = entry.fileName;
      if (names.has(name)) throw invalid(source, `it has two members ${name}`);
      names.add(name);
      const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
      if (limit !== undefined) members.set(name, await readMember(archive, entry, { bytes, limit, source }));
    }
  } catch (cause) {
    if (cause instanceof FerError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(source, reason.replace(/\.$/, ''), cause);
  }
  return members;
}

interface Reading {
  /** The whole archive. */
  readonly bytes: Uint8Array;
  readonly limit: number;
  readonly source: string;
}

async function readMember(archive: ZipFile, entry: Entry, { bytes, limit, source }: Reading): Promise<Uint8Array> {
  const { fileName: name, uncompressedSize: size, compressedSize } = entry;
  if (entry.isEncrypted()) throw invalid(source, `its member ${name} is encrypted`);
  if (size > limit) throw invalid(source, `its member ${name} is said to have ${size} bytes, more than ${limit}`);
  if (size > Math.max(1e6, mostExpansion * compressedSize)) {
    throw invalid(source, `its member ${name} is said to grow from ${compressedSize} to ${size} bytes`);
  }
  const content = await contentOf(archive, entry, bytes);
  if (crc32(content) !== entry.crc32) throw invalid(source, `the checksum of its member ${name} is wrong`);
  return content;
}

async function contentOf(archive: ZipFile, entry: Entry, bytes: Uint8Array): Promise<Uint8Array> {
  if (entry.compressionMethod === 0) {
    const { fileDataStart: start } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
    return bytes.subarray(start, start + entry.uncompressedSize); // weights are large: not once more in memory
  }
  const content = Buffer.alloc(entry.uncompressedSize);
  let filled = 0;
  // The stream fails when there are more or fewer bytes than the archive says.
  for await (const part of await archive.openReadStreamPromise(entry)) filled += (part as Buffer).copy(content, filled);
  return content;
}

function invalid(source: string, problem: string, cause?: unknown): FerError {
  return new FerError(
    'MODEL_INVALID',
    `${source}: expected a .keras archive, but ${problem}. Copy the file again, or save the model once more.`,
    { cause },
  );
}
