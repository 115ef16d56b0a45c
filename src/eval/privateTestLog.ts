/**
 * Counts how often a model has been looked at on PrivateTest. Every look at the final test invites another choice made on it, so a
 * reader should know whether the number printed was the first look or the fortieth.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FerError } from '../errors.js';
import { replaceFile } from '../files.js';

/** Name of the log in a run folder: `{ "count": 2, "dates": ["2025-01-31T12:00:00.000Z", ...] }`. `<file>.` stands before it for a single file. */
export const privateTestLogName = 'private-test-looks.json';

interface PrivateTestLooks {
  /** Looks recorded. */
  readonly count: number;
  /** When they happened, ISO 8601 in UTC, oldest first. */
  readonly dates: readonly string[];
}

export interface PrivateTestLook {
  /** Looks at PrivateTest so far, this one included. */
  readonly count: number;
  /** What to tell the user when the folder could not be written: the next look will not know of this one. */
  readonly warning?: string;
}

/** None when there is no log. */
async function readLog(path: string): Promise<PrivateTestLooks> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { count: 0, dates: [] };
    throw damaged(path, 'it cannot be read', cause);
  }
  let looks: unknown;
  try {
    looks = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, 'it is not JSON', cause);
  }
  if (!isLooks(looks)) throw damaged(path, 'its count does not fit its dates');
  return looks;
}

/**
 * Adds one look, dated now, to the log of the model at `model`, a run folder or a file, and returns the number so far. A folder that
 * cannot be written (a read-only checkpoint, say) gives a warning instead of an error; a damaged log throws RUN_INVALID. Two evaluations that end in the same instant may
 * count as one.
 */
export async function recordPrivateTestLook(model: string): Promise<PrivateTestLook> {
  const path = await logOf(model);
  const earlier = await readLog(path);
  const count = earlier.count + 1;
  const looks: PrivateTestLooks = { count, dates: [...earlier.dates, new Date().toISOString()] };
  try {
    await replaceFile(path, `${JSON.stringify(looks, null, 2)}\n`);
    return { count };
  } catch (error) {
    if (!(error instanceof FerError)) throw error;
    const warning = `This look at PrivateTest is not counted for the next one. ${error.message}`;
    return { count, warning };
  }
}

/** In a run folder, whichever of its files is named; beside a file that stands alone, under its name, since its folder may hold others. */
async function logOf(model: string): Promise<string> {
  if (!(await isFile(model))) return join(model, privateTestLogName);
  const folder = dirname(model);
  const isOfRun = /^model\.(json|h5|keras)$/.test(basename(model)) && (await isFile(join(folder, 'model.json')));
  return join(folder, isOfRun ? privateTestLogName : `${basename(model)}.${privateTestLogName}`);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true; // what is not there is no file
}

function isLooks(value: unknown): value is PrivateTestLooks {
  if (typeof value !== 'object' || value === null || !('count' in value) || !('dates' in value)) return false;
  const { count, dates } = value;
  return Array.isArray(dates) && dates.every((date) => typeof date === 'string') && count === dates.length;
}

function damaged(path: string, reason: string, cause?: unknown): FerError {
  return new FerError(
    'RUN_INVALID',
    `Expected the count of looks at PrivateTest in ${path}, but ${reason}. Restore the file, or delete it to count from 0.`,
    { cause },
  );
}
