/** Writes datasets in FER-2013's own form. */
import { gzipSync } from 'node:zlib';
import { replaceFile } from '../files.js';
import { usages, type Dataset } from './dataset.js';

/** Decimal text of each grey level. */
const levelTexts = Array.from({ length: 256 }, (_, level) => Buffer.from(String(level), 'latin1'));
const space = 0x20;

/**
 * Writes `dataset` as `emotion,pixels,Usage`, one row per image in order; gzip when `path` ends in `.gz`. The same dataset gives
 * the same file. The file is replaced whole or not at all; throws WRITE_FAILED. Needs the file's size in memory.
 */
export async function writeDatasetCsv(dataset: Dataset, path: string): Promise<void> {
  const area = dataset.height * dataset.width;
  const header = 'emotion,pixels,Usage\n';
  const longestRow = '255,,PrivateTest\n'.length + area * '255 '.length;
  const text = Buffer.allocUnsafe(header.length + dataset.count * longestRow);
  let end = text.write(header, 'latin1');
  for (let row = 0; row < dataset.count; row++) {
    end += text.write(`${dataset.labels[row]!},`, end, 'latin1');
    for (let i = row * area; i < (row + 1) * area; i++) {
      const level = levelTexts[dataset.pixels[i]!]!;
      for (const digit of level) text[end++] = digit;
      text[end++] = space;
    }
    end--; // The last space gives way to the comma.
    end += text.write(`,${usages[dataset.usage[row]!]!}\n`, end, 'latin1');
  }
  const csv = text.subarray(0, end);
  await replaceFile(path, path.endsWith('.gz') ? gzipSync(csv) : csv);
}
