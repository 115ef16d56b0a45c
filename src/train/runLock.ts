/** One process at a time trains in a run folder. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FerError } from '../errors.js';
import { isAlive } from '../processes.js';

/**
 * Marks `folder` as in use by an empty file named by this process. Every process removes only its own mark and those of dead ones,
 * so two that start at the same instant may both be refused but never both go on. Returns what takes the mark away.
 * Throws RUN_EXISTS while another process of this machine has its mark there.
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const own = join(folder, lockName(process.pid));
  await writeFile(own, '');
  const unlock = (): Promise<void> => rm(own, { force: true });
  try {
    for (const name of await readdir(folder)) {
      const owner = lockOwner(name);
      if (owner === undefined || owner === process.pid) continue;
      if (isAlive(owner)) throw inUse(join(folder, name), owner);
      await rm(join(folder, name), { force: true });
    }
  } catch (error) {
    await unlock();
    throw error;
  }
  return unlock;
}

function lockName(processId: number): string {
  return `process-${processId}.lock`;
}

function lockOwner(name: string): number | undefined {
  const digits = /^process-(\d+)\.lock$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function inUse(lock: string, owner: number): FerError {
  return new FerError(
    'RUN_EXISTS',
    `Expected a run folder that no other process trains in; process ${owner} does. Wait for its end, ` +
      `or choose another folder. If that process is something else, delete ${lock}.`,
  );
}
