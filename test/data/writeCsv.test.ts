import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { loadDataset } from '../../src/data/loadDataset.js';
import { synthesizeDataset } from '../../src/data/synthesize.js';
import { csvParts, writeDatasetCsv } from '../../src/data/writeCsv.js';
import { temporaryFolder } from './exampleRows.js';
import { smallDataset } from './smallDataset.js';

const folder = temporaryFolder();

test('the text of two rows', async () => {
  const path = join(folder, 'two.csv');
  const rows = [
    [3, 'Training', 7],
    [6, 'PrivateTest', 255],
  ] as const;
  await writeDatasetCsv(smallDataset(rows), path);
  expect(readFileSync(path, 'latin1')).toBe(
    'emotion,pixels,Usage\n3,7 7 7 7,Training\n6,255 255 255 255,PrivateTest\n',
  );
});

test.each(['faces.csv', 'faces.csv.gz'])('%s comes back as it was written', async (name) => {
  const path = join(folder, name);
  const dataset = synthesizeDataset({ count: 30, seed: 5 });
  await writeDatasetCsv(dataset, path);
  const loaded = await loadDataset(path, { cacheFolder: false });
  expect({ ...loaded.dataset, hash: '' }).toEqual({ ...dataset, hash: '' });
});

test('gzip holds the same text', async () => {
  const dataset = smallDataset([[0, 'Training', 1]]);
  await writeDatasetCsv(dataset, join(folder, 'one.csv.gz'));
  expect(gunzipSync(readFileSync(join(folder, 'one.csv.gz'))).toString()).toBe(
    'emotion,pixels,Usage\n0,1 1 1 1,Training\n',
  );
});

test('no part of the text grows with the number of rows', async () => {
  const dataset = synthesizeDataset({ count: 300, seed: 5 });
  const parts = [...csvParts(dataset)];
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(128 * 2304 * 4 + 128 * 20);
  const calls: [number, number][] = [];
  await writeDatasetCsv(dataset, join(folder, 'parts.csv'), { onProgress: (...progress) => calls.push(progress) });
  expect(readFileSync(join(folder, 'parts.csv')).equals(Buffer.concat(parts))).toBe(true);
  expect(calls).toEqual([
    [128, 300],
    [256, 300],
    [300, 300],
  ]);
});
