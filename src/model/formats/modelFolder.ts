/** Reading the files of a model: what is missing or unreadable is said with its path, and nothing is read before its size is known. */
import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { FerError } from '../../errors.js';
import { isRecord } from '../json.js';

/** The file that names all others of a layers-format model. */
export const modelJson = 'model.json';

/**
 * The most bytes of a model.json: 813 layers (EfficientNet-B7) take about one million. Parsed JSON can take a hundred times its text, so
 * this also bounds the memory that a hostile file can ask for.
 */
const maximumJsonBytes = 4 * 2 ** 20;

/** The model.json that `path`, itself or its folder, stands for. Throws MODEL_NOT_FOUND when there is nothing at `path`. */
export async function findModelJson(path: string): Promise<string> {
  return (await isFolder(path)) ? join(path, modelJson) : path;
}

/** Whether `path` is a folder, not a file. Throws MODEL_NOT_FOUND when it is neither. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch((cause: unknown) => Promise.reject(unreadable(path, cause)))).isDirectory();
}

/** Bytes in a file. Throws MODEL_NOT_FOUND when there is no such file, MODEL_INVALID when it is none that can be read as a whole. */
export async function fileSize(path: string): Promise<number> {
  const status = await stat(path).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
  if (status.isFile()) return status.size;
  throw unreadable(path, new Error(status.isDirectory() ? 'it is a folder' : 'it is no regular file'));
}

/** The first bytes of a file, at most `count`. Throws as `fileSize`. */
export async function readStart(path: string, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.min(count, await fileSize(path)));
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    await file?.close();
  }
}

/** A file's bytes. Throws as `fileSize`. */
export async function readBytes(path: string): Promise<Uint8Array> {
  await fileSize(path);
  return readFile(path).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
}

/** The text of a model.json. Throws as `fileSize`, and MODEL_INVALID when it is larger than any. */
export async function readText(path: string): Promise<string> {
  const size = await fileSize(path);
  if (size > maximumJsonBytes) {
    throw notModelJson(path, `${size} bytes, more than the ${maximumJsonBytes} that are read`, undefined);
  }
  return Buffer.from(await readBytes(path)).toString('utf8');
}

/** `text`, the content of `path`, as a JSON object. Throws MODEL_INVALID when it is anything else. */
export function parseJsonObject(path: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notModelJson(path, reason(cause), cause);
  }
  if (isRecord(value)) return value;
  throw notModelJson(path, `it holds ${text.slice(0, 20)}`, undefined);
}

function notModelJson(path: string, problem: string, cause: unknown): FerError {
  const expected = 'expected the model.json of a layers-format model, got something else';
  return new FerError(
    'MODEL_INVALID',
    `${path}: ${expected} (${problem}). Give the folder of a run or its model.json.`,
    {
      cause,
    },
  );
}

function unreadable(path: string, cause: unknown): FerError {
  const advice =
    'Expected the folder of a run, its model.json with the weights beside it, or an .h5, .hdf5 or .keras file: check the path, or train a model first.';
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new FerError('MODEL_NOT_FOUND', `${path}: no such file. ${advice}`, { cause });
  }
  return new FerError('MODEL_INVALID', `${path}: cannot be read (${reason(cause)}). ${advice}`, { cause });
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
