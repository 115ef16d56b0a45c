/** What must hold of a run folder before the first training step, not after the last. */
import { mkdtemp, readdir, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { FerError } from '../errors.js';
import { runFiles } from './runFolder.js';

/** What a run writes first, and what nobody would want to lose. */
const runMarks = [runFiles.record, runFiles.model, runFiles.keras];

/** Throws RUN_EXISTS when `folder` holds a run already; a missing folder and one with other files are fine. */
export async function requireNoRun(folder: string): Promise<void> {
  const entries = await listNames(folder);
  const found = runMarks.find((name) => entries.includes(name));
  if (found === undefined) return;
  throw new FerError(
    'RUN_EXISTS',
    `Expected a folder without a run; ${folder} has ${found}. Resume that run or choose another folder.`,
  );
}

async function listNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw notWritable(folder, error);
  }
}

/** Tries to make an entry in `folder`, or in the nearest folder above that exists. Throws WRITE_FAILED. */
export async function requireWritable(folder: string): Promise<void> {
  const existing = await nearestExisting(folder);
  try {
    await rmdir(await mkdtemp(join(existing, '.fer-write-check-')));
  } catch (cause) {
    throw notWritable(existing, cause);
  }
}

/** Throws WRITE_FAILED when the disk under `folder` has less than `bytes` free. */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(await nearestExisting(folder));
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new FerError(
    'WRITE_FAILED',
    `Expected ${megabytes(bytes)} MB free for the run in ${folder}; ${megabytes(free)} MB are. Free space or choose another disk.`,
  );
}

/**
 * Bytes that a run of a network with `parameters` weights needs at most: weights, best weights, Adam's two moments and a moving
 * average are in the state, the best weights in two more files; twice, because a file is replaced whole; and 16 MB for text and
 * plots.
 */
export function neededBytes(parameters: number): number {
  const tensors = (5 + 2) * parameters * Float32Array.BYTES_PER_ELEMENT;
  return 2 * tensors + 16 * 2 ** 20;
}

async function nearestExisting(folder: string): Promise<string> {
  let path = resolve(folder);
  for (;;) {
    try {
      if (!(await stat(path)).isDirectory())
        throw new FerError('WRITE_FAILED', `Expected a folder; ${path} is a file.`);
      return path;
    } catch (error) {
      if (!isMissing(error)) throw error instanceof FerError ? error : notWritable(path, error);
      path = dirname(path);
    }
  }
}

function notWritable(path: string, cause: unknown): FerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FerError('WRITE_FAILED', `Cannot write in ${path}: ${reason}. Choose another folder for the run.`, {
    cause,
  });
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}
