/** Wheels are zip archives; only the members that are wanted are unpacked, as a stream: one has 800 MB. */
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { installError } from './installation.js';

export interface UnpackOptions {
  /** Whether the member with this name is wanted. */
  readonly wanted: (name: string) => boolean;
  /** Called as bytes come out, with those since the last call. */
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Sizes in bytes of the members of `wheel` that are wanted. Throws ENGINE_INSTALL_FAILED for a damaged archive. */
export function memberSizes(wheel: string, wanted: UnpackOptions['wanted']): Promise<Map<string, number>> {
  return withWheel(wheel, async (archive) => {
    const sizes = new Map<string, number>();
    for await (const { fileName, uncompressedSize } of archive.eachEntry()) {
      if (isFile(fileName) && wanted(fileName)) sizes.set(fileName, uncompressedSize);
    }
    return sizes;
  });
}

/** The METADATA of a package: headers, and a description after an empty line. Throws ENGINE_INSTALL_FAILED when there is none. */
export function readMetadata(wheel: string): Promise<string> {
  return withWheel(wheel, async (archive) => {
    for await (const entry of archive.eachEntry()) {
      if (!/^[^/]+\.dist-info\/METADATA$/.test(entry.fileName)) continue;
      const parts: Buffer[] = [];
      for await (const part of await archive.openReadStreamPromise(entry)) parts.push(part as Buffer);
      return Buffer.concat(parts).toString('utf8');
    }
    throw damaged(wheel, 'it has no METADATA');
  });
}

/** Unpacks what is wanted into `folder`, under the names that it has in `wheel`. Throws ENGINE_INSTALL_FAILED for a damaged archive. */
export function unpackWheel(wheel: string, folder: string, options: UnpackOptions): Promise<void> {
  return withWheel(wheel, async (archive) => {
    for await (const entry of archive.eachEntry()) {
      if (!isFile(entry.fileName) || !options.wanted(entry.fileName)) continue;
      const path = join(folder, entry.fileName);
      await mkdir(dirname(path), { recursive: true });
      const file = await open(path, 'wx', modeOf(entry));
      try {
        const checksum = await writeMember(archive, entry, { file, ...options });
        if (checksum !== entry.crc32) throw damaged(wheel, `the checksum of ${entry.fileName} is wrong`);
        await file.sync();
      } finally {
        await file.close();
      }
    }
  });
}

/** Returns the checksum of what was written. The stream fails when there are more or fewer bytes than the archive says. */
async function writeMember(
  archive: ZipFile,
  entry: Entry,
  { file, onBytes, signal }: UnpackOptions & { readonly file: FileHandle },
): Promise<number> {
  let checksum = 0;
  for await (const part of await archive.openReadStreamPromise(entry)) {
    signal?.throwIfAborted();
    const bytes = part as Buffer;
    checksum = crc32(bytes, checksum);
    await file.writeFile(bytes); // goes on where the last one ended
    onBytes?.(bytes.length);
  }
  return checksum;
}

async function withWheel<T>(wheel: string, read: (archive: ZipFile) => Promise<T>): Promise<T> {
  const { openPromise } = await import('yauzl');
  let archive: ZipFile | undefined;
  try {
    // Names that lead out of the folder are refused.
    archive = await openPromise(wheel, { lazyEntries: true, strictFileNames: true, autoClose: false });
    return await read(archive);
  } catch (error) {
    // Those of the file system and our own say what they are; the others are the archive's.
    if (error instanceof Error && error.name === 'Error' && !('syscall' in error))
      throw damaged(wheel, error.message, error);
    throw error;
  } finally {
    archive?.close();
  }
}

function isFile(name: string): boolean {
  return !name.endsWith('/');
}

/** Permissions as on the system that made the wheel, and the owner may always write; 0644 when it does not say. */
function modeOf({ externalFileAttributes }: Entry): number {
  const mode = (externalFileAttributes >>> 16) & 0o777;
  return mode === 0 ? 0o644 : mode | 0o200;
}

function damaged(wheel: string, reason: string, cause?: unknown): Error {
  return installError(
    `${basename(wheel)}: expected a wheel, but ${reason.replace(/\.$/, '')}.`,
    'Try again; if it stays, empty the cache of pip: pip cache purge',
    cause,
  );
}
