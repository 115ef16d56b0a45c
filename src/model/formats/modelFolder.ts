/** Reading the files of a model's folder: what is missing or unreadable is said with its path. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FerError } from '../../errors.js';
import { isRecord } from '../json.js';

/** The file that names all others of a layers-format model. */
export const modelJson = 'model.json';

/** The model.json that `path`, itself or its folder, stands for. Throws MODEL_NOT_FOUND when there is nothing at `path`. */
export async function findModelJson(path: string): Promise<string> {
  const status = await stat(path).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
  return status.isDirectory() ? join(path, modelJson) : path;
}

/** A file's bytes. Throws MODEL_NOT_FOUND when there is no such file, MODEL_INVALID when it cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
}

/** A file's text, as `readBytes`. */
export async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
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
  const advice = 'Expected a folder with model.json and its weights: check the path, or train a model first.';
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
    return new FerError('MODEL_NOT_FOUND', `${path}: no such file. ${advice}`, { cause });
  }
  return new FerError('MODEL_INVALID', `${path}: cannot be read (${reason(cause)}). ${advice}`, { cause });
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
