/** Which format a model has, by what its file holds: endings lie. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FerError } from '../../errors.js';
import { isFolder, modelJson, readStart } from './modelFolder.js';
import type { StoredFormat } from './storedModel.js';

/** A model's file and how to read it. */
export interface FoundModel {
  readonly format: StoredFormat;
  /** The file: of a folder, its model.json. */
  readonly path: string;
}

/** HDF5 may begin after a block of the user's own, at 512 bytes or a doubling of it. */
const hdf5Starts = [0, 512, 1024, 2048];
const hdf5Magic = '\x89HDF\r\n\x1a\n';

/** A zip archive begins with its first member or, when it is empty, with its end. */
const zipMagics = ['PK\x03\x04', 'PK\x05\x06'];

const onnx = 'an ONNX file, which is written here and not read: name the model that it was made from';

/** What people have in place of a model, by how it begins, and what to do about it. */
const strangers: readonly (readonly [start: RegExp | string, what: string])[] = [
  ['version https://git-lfs', 'a pointer of Git LFS in place of the file: fetch it with "git lfs pull"'],
  [/^\s*<(!doctype|html)/i, 'a web page: download the file itself'],
  ['\x1f\x8b', 'a gzip archive: unpack it first'],
  ...[7, 8, 9, 10, 11, 12].map((version) => [`\x08${String.fromCharCode(version)}\x12`, onnx] as const),
  [/^.{4}TFL3/s, 'a TensorFlow Lite model: save the Keras model that it was made from'],
];

/**
 * The format of the model at `path`: a folder with a model.json, or a file that begins as HDF5, as a zip archive or as a JSON object.
 * Throws MODEL_NOT_FOUND when there is none, MODEL_INVALID that says what came instead.
 */
export async function detectFormat(path: string): Promise<FoundModel> {
  if (await isFolder(path)) return { format: 'layers', path: await modelJsonIn(path) };
  const start = Buffer.from(await readStart(path, 4096)).toString('latin1');
  if (hdf5Starts.some((offset) => start.startsWith(hdf5Magic, offset))) return { format: 'keras-h5', path };
  if (zipMagics.some((magic) => start.startsWith(magic))) return { format: 'keras', path };
  if (/^\s*\{/.test(start)) return { format: 'layers', path };
  throw new FerError(
    'MODEL_INVALID',
    `${path}: expected a model.json, an HDF5 file (.h5, .hdf5) or a Keras archive (.keras), got ${describeStart(start)}.`,
  );
}

async function modelJsonIn(folder: string): Promise<string> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new FerError('MODEL_INVALID', `${folder}: cannot be read (${(cause as Error).message}).`, { cause });
  });
  if (names.includes(modelJson)) return join(folder, modelJson);
  const others = names.filter((name) => /\.(h5|hdf5|keras)$/i.test(name)).sort();
  const advice =
    others.length > 0
      ? `Name the file: it holds ${others.slice(0, 5).join(', ')}`
      : 'Name the folder of a finished run';
  throw new FerError('MODEL_NOT_FOUND', `${join(folder, modelJson)}: no such file. ${advice}.`);
}

function describeStart(start: string): string {
  if (start === '') return 'an empty file: copy it again';
  const stranger = strangers.find(([begin]) =>
    typeof begin === 'string' ? start.startsWith(begin) : begin.test(start),
  );
  if (stranger !== undefined) return stranger[1];
  if (/^[\t\n\r\x20-\x7e]+$/.test(start)) return `text that begins ${JSON.stringify(start.slice(0, 30))}`;
  const bytes = Array.from(start.slice(0, 8), (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'));
  return `a file that begins with the bytes ${bytes.join(' ')}`;
}
