/** Room on the disk: what there is, what an installation needs, what it takes. */
import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { installError } from './installation.js';

/** Throws ENGINE_INSTALL_FAILED unless `bytes` more fit on the disk of `folder`; `what` needs them. */
export async function requireSpace(folder: string, bytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw installError(
    `${what} needs ${gigabytes(bytes)} in ${folder}, where ${gigabytes(free)} are free.`,
    'Free space, or set FER_ENGINES_DIR to a folder on a larger disk.',
  );
}

/** Sizes of all files in `folder` together, in bytes; 0 when it does not exist. Files that go away meanwhile do not count. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let total = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    total += (await lstat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return total;
}

/** Calls `onBytes` with the size of `folder` twice a second, until the function that it returns is called. */
export function watchSize(folder: string, onBytes: (bytes: number) => void): () => void {
  let isOver = false;
  const timer = setInterval(() => {
    void folderBytes(folder).then((bytes) => {
      if (!isOver) onBytes(bytes); // a count may end after the work that it watches
    });
  }, 500);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
