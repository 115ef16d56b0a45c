/** Files that are replaced whole or not at all. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FerError } from './errors.js';

/** A temporary file that nobody wrote to for so long is left over from a process that was killed. */
const staleAfterMs = 10 * 60 * 1000;

/** What goes into a file: at once, or in parts, one after the other. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes `content` beside `path`, syncs it and renames it over `path`: a kill at any instant leaves the old file or the new one. Where
 * `path` is a link, the file that it leads to is replaced; a pipe or a device is not replaced but written into. Makes missing folders.
 * Throws WRITE_FAILED with the system's reason, and then leaves the old file as it was.
 */
export async function replaceFile(path: string, content: FileContent): Promise<void> {
  try {
    if (await isStream(path)) await writeInto(path, content);
    else await writeBeside(await followLinks(path), content);
  } catch (cause) {
    throw writeFailed(path, cause);
  }
}

/**
 * Throws WRITE_FAILED where `replaceFile` could not write at `path` as things are: for what must not be found out after the work is
 * done. Makes no folder and leaves nothing behind.
 */
export async function requireWritable(path: string): Promise<void> {
  try {
    if (await isStream(path)) return;
    const target = await followLinks(path);
    if (await isFolder(target)) throw new Error('it is a folder');
    const probe = join(await nearestPlace(dirname(target)), temporaryName(basename(target)));
    await (await open(probe, 'wx')).close();
    await rm(probe);
  } catch (cause) {
    throw writeFailed(path, cause);
  }
}

/** Where a file at `path` really lies or, behind a link that leads to nothing yet, will lie. Throws the system's error. */
export async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    const target = await readlink(path).catch(() => undefined); // undefined: nothing is there, not even a link
    return target === undefined ? path : followLinks(resolve(dirname(path), target));
  }
}

/**
 * Makes `folder` and what is missing above it, level by level: Node 20's own way never ends where a folder is there and yet takes no
 * other, as /proc. Throws the system's error.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder).catch(async (cause: unknown) => {
    if (!(await isFolder(folder))) throw cause; // else another process made it first
  });
}

async function writeBeside(path: string, content: FileContent): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, temporaryName(basename(path)));
  try {
    await makeFolder(folder);
    await writeInto(temporary, content, { sync: true });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cause;
  }
  await removeLeftovers(folder, { of: (name) => name === basename(path) });
}

async function writeInto(path: string, content: FileContent, { sync = false } = {}): Promise<void> {
  const file = await open(path, 'w');
  try {
    const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
    for await (const part of parts) await file.writeFile(part); // each goes on where the last one ended
    if (sync) await file.sync();
  } finally {
    await file.close();
  }
}

/** Whether something is at `path` that bytes flow through: a pipe, a socket or a device, which no file may take the place of. */
async function isStream(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined); // what is not there yet becomes a file
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** `folder` or the nearest above it that is there: a folder, unless a file is in the way. */
async function nearestPlace(folder: string): Promise<string> {
  const isThere = (await stat(folder).catch(() => undefined)) !== undefined;
  const parent = dirname(folder);
  return isThere || parent === folder ? folder : nearestPlace(parent);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

export interface LeftoverOptions {
  /** Whether the leftovers of the file with this name are meant. */
  readonly of: (name: string) => boolean;
  /** True when nobody else can be writing such a file; otherwise only those go that nobody wrote to for ten minutes. */
  readonly ofAnyAge?: boolean;
}

/**
 * Removes what `replaceFile` left in `folder` when its process was killed, and no other hidden file. Never throws: a leftover that
 * cannot be removed wastes space and does no other harm.
 */
export async function removeLeftovers(folder: string, options: LeftoverOptions): Promise<void> {
  const { of, ofAnyAge = false } = options;
  for (const entry of await readdir(folder).catch((): string[] => [])) {
    const target = targetOf(entry);
    if (target === undefined || !of(target)) continue;
    const path = join(folder, entry);
    if (ofAnyAge || (await isStale(path))) await rm(path, { force: true }).catch(() => undefined);
  }
}

async function isStale(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined); // undefined: another process removed it first
  return found !== undefined && Date.now() - found.mtimeMs > staleAfterMs;
}

function writeFailed(path: string, cause: unknown): FerError {
  if (cause instanceof FerError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FerError('WRITE_FAILED', `Cannot write ${path}: ${reason}. Free space or choose another folder.`, {
    cause,
  });
}

function temporaryName(target: string): string {
  return `.${target}.${randomUUID()}.tmp`;
}

/** The name of the file that a temporary file was to become; undefined for a file that is none of ours. */
function targetOf(temporary: string): string | undefined {
  return /^\.(.+)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.exec(temporary)?.[1];
}
