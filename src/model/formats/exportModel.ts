/** Writing a model in any of the formats that others open. */
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FerError } from '../../errors.js';
import type { ModelFile } from '../modelFile.js';
import type { Precision } from './layers/precision.js';
import { modelJson } from './modelFolder.js';

/** What to write, by the name that `fer export` gives it. */
export const exportFormats = ['keras-h5', 'keras', 'tfjs', 'onnx'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Of the weights, float32 when absent; only `tfjs` knows others. */
  readonly precision?: Precision;
}

/** What follows the model's name in the name of its file: that of `tfjs` is a folder. */
const endings: Readonly<Record<ExportFormat, string>> = {
  'keras-h5': '.h5',
  keras: '.keras',
  tfjs: '-tfjs',
  onnx: '.onnx',
};

/** Where a model goes when nobody says: its name in the current folder. */
export const exportName = (name: string, format: ExportFormat): string => `${basename(name)}${endings[format]}`;

/** What an export has written. */
export interface Exported {
  readonly path: string;
  /** Of all its files together. */
  readonly bytes: number;
}

/**
 * Writes `model` to `path`, a file or for `tfjs` a folder, each file replaced whole. Throws CONFIG_INVALID for a precision that
 * the format does not know, MODEL_INVALID when config, weights and card disagree, MODEL_UNSUPPORTED for a layer that the format cannot
 * hold, WRITE_FAILED.
 */
export async function exportModel(path: string, model: ModelFile, options: ExportOptions): Promise<Exported> {
  checkPrecision(options);
  const bytes = await Promise.all((await write(path, model, options)).map(async (file) => (await stat(file)).size));
  return { path, bytes: bytes.reduce((sum, size) => sum + size, 0) };
}

/** Throws CONFIG_INVALID for a precision that the format does not know. */
export function checkPrecision({ format, precision = 'float32' }: ExportOptions): void {
  if (precision === 'float32' || format === 'tfjs') return;
  throw new FerError(
    'CONFIG_INVALID',
    `precision: expected float32 with ${format}; got ${precision}. Only tfjs knows it.`,
  );
}

/** Gives the files that it wrote. Each format is loaded only where it is wanted. */
async function write(
  path: string,
  model: ModelFile,
  { format, precision = 'float32' }: ExportOptions,
): Promise<string[]> {
  switch (format) {
    case 'keras-h5':
      await (await import('./keras/kerasH5.js')).writeKerasH5(path, model);
      return [path];
    case 'keras':
      await (await import('./keras/writeKerasArchive.js')).writeKerasArchive(path, model);
      return [path];
    case 'onnx':
      await (await import('./onnx/writeOnnx.js')).writeOnnx(path, model);
      return [path];
    case 'tfjs': {
      const { writeLayersModel } = await import('./layers/layersFormat.js');
      return [join(path, modelJson), await writeLayersModel(path, model, { precision })];
    }
  }
}
