/** Files that are replaced whole or not at all. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FerError } from './errors.js';

/** A temporary file that old is left over from a process that was killed. */
const staleAfterMs = 10 * 60 * 1000;

/**
 * Writes `content` beside `path`, syncs it and renames it over `path`: a kill at any instant leaves the old file or the new one.
 * Makes missing folders. Throws WRITE_FAILED with the system's reason, and then leaves the old file as it was.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await removeStale(folder, basename(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FerError('WRITE_FAILED', `Cannot write ${path}: ${reason}. Free space or choose another folder.`, {
      cause,
    });
  }
}

/** Removes temporary files of `name` that nobody can still be writing. */
async function removeStale(folder: string, name: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(`.${name}.`) || !entry.endsWith('.tmp')) continue;
    const path = join(folder, entry);
    const age =
      Date.now() -
      (await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => Infinity,
      ));
    if (age > staleAfterMs) await rm(path, { force: true });
  }
}
