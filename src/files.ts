/** Files that are replaced whole or not at all. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FerError } from './errors.js';

/** A temporary file that nobody wrote to for so long is left over from a process that was killed. */
const staleAfterMs = 10 * 60 * 1000;

/**
 * Writes `content` beside `path`, syncs it and renames it over `path`: a kill at any instant leaves the old file or the new one.
 * `content` may be in parts, which are written one after the other. Makes missing folders. Throws WRITE_FAILED with the system's reason, and then leaves the old file as it was.
 */
export async function replaceFile(path: string, content: string | Uint8Array | readonly Uint8Array[]): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, temporaryName(basename(path)));
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, 'w');
    try {
      const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
      for (const part of parts) await file.writeFile(part); // each goes on where the last one ended
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FerError('WRITE_FAILED', `Cannot write ${path}: ${reason}. Free space or choose another folder.`, {
      cause,
    });
  }
  await removeLeftovers(folder, { of: (name) => name === basename(path) });
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

function temporaryName(target: string): string {
  return `.${target}.${randomUUID()}.tmp`;
}

/** The name of the file that a temporary file was to become; undefined for a file that is none of ours. */
function targetOf(temporary: string): string | undefined {
  return /^\.(.+)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.exec(temporary)?.[1];
}
