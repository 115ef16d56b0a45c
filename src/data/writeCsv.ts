/** Writes datasets in FER-2013's own form. */
import { createGzip } from 'node:zlib';
import { replaceFile } from '../files.js';
import { through } from './csvSource.js';
import { usages, type Dataset } from './dataset.js';

/** Decimal text of each grey level. */
const levelTexts = Array.from({ length: 256 }, (_, level) => Buffer.from(String(level), 'latin1'));
const space = 0x20;

/** Rows of one part of the text: about a mebibyte of faces. */
const rowsOfPart = 128;

export interface WriteCsvOptions {
  /** Called after every part with the rows written so far, of `count`. */
  readonly onProgress?: (done: number, count: number) => void;
}

/**
 * Writes `dataset` as `emotion,pixels,Usage`, one row per image in order; gzip when `path` ends in `.gz`. The same dataset gives
 * the same file. The file is replaced whole or not at all; throws WRITE_FAILED.
 */
export async function writeDatasetCsv(dataset: Dataset, path: string, options: WriteCsvOptions = {}): Promise<void> {
  const parts = csvParts(dataset, options);
  await replaceFile(path, path.endsWith('.gz') ? through<Buffer>(parts, createGzip()) : parts);
}

/** The text of `dataset` in parts of at most 128 rows, the header before the first: the whole may be longer than memory. */
export function* csvParts(dataset: Dataset, { onProgress }: WriteCsvOptions = {}): Generator<Buffer> {
  yield Buffer.from('emotion,pixels,Usage\n', 'latin1');
  for (let row = 0; row < dataset.count; row += rowsOfPart) {
    const end = Math.min(row + rowsOfPart, dataset.count);
    yield rowsText(dataset, row, end);
    onProgress?.(end, dataset.count);
  }
}

/** Rows `from` up to `to`. */
function rowsText(dataset: Dataset, from: number, to: number): Buffer {
  const area = dataset.height * dataset.width;
  const longestRow = '255,,PrivateTest\n'.length + area * '255 '.length;
  const text = Buffer.allocUnsafe((to - from) * longestRow);
  let end = 0;
  for (let row = from; row < to; row++) {
    end += text.write(`${dataset.labels[row]!},`, end, 'latin1');
    for (let i = row * area; i < (row + 1) * area; i++) {
      const level = levelTexts[dataset.pixels[i]!]!;
      for (const digit of level) text[end++] = digit;
      text[end++] = space;
    }
    end--; // The last space gives way to the comma.
    end += text.write(`,${usages[dataset.usage[row]!]!}\n`, end, 'latin1');
  }
  return text.subarray(0, end);
}
