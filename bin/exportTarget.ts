/** Where an export goes: nothing that is there is lost by mistake. */
import { lstatSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { FerError } from '../src/errors.js';
import { followLinks } from '../src/files.js';
import type { ExportFormat } from '../src/model/formats/exportModel.js';

export interface ExportTarget {
  readonly path: string;
  readonly format: ExportFormat;
  /** The file or folder of the model that is exported. */
  readonly source: string;
  /** Replace an earlier export. */
  readonly force: boolean;
}

/** Throws WRITE_FAILED, before anything is written, unless an export may go to `path`. */
export async function requireFreeTarget({ path, format, source, force }: ExportTarget): Promise<void> {
  if (path === '') throw refused('--output', 'expected a path, got nothing', 'Name one');
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (await isSame(path, source)) throw refused(path, 'it is the model itself', 'Choose another --output');
  if (!force) throw refused(path, 'exists: expected a new name', 'Choose another --output, or give --force');
  const expected = format === 'tfjs' ? 'a folder' : 'a file';
  if (found.isDirectory() !== (format === 'tfjs')) {
    throw refused(path, `expected ${expected} to replace, got another kind`, 'Choose another --output');
  }
  if (format === 'tfjs') requireEarlierExport(path);
}

/** A run's model is more than its layers, and a folder of other things has nothing to replace. */
function requireEarlierExport(folder: string): void {
  const names = readdirSync(folder);
  if (names.includes('run.json')) throw refused(folder, 'is the folder of a run', 'Choose another --output');
  if (names.length > 0 && !names.includes('model.json')) {
    throw refused(folder, 'holds other files', 'Choose another --output');
  }
}

/** The source itself, by whatever path, or the folder of its model.json. */
async function isSame(path: string, source: string): Promise<boolean> {
  const [target, own] = await Promise.all([followLinks(path), followLinks(source)]);
  return target === own || (target === dirname(own) && own.endsWith('model.json'));
}

function refused(path: string, problem: string, advice: string): FerError {
  return new FerError('WRITE_FAILED', `${path}: ${problem}. ${advice}.`);
}
