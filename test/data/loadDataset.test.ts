import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { loadDataset } from '../../src/data/loadDataset.js';
import { countingPixels, fileWriter, header, row, temporaryFolder } from './exampleRows.js';

const folder = temporaryFolder();
const write = fileWriter(folder);
const twoRows = `${header}\n${row(3, 10)}\n${row(6, 20, 'PublicTest')}\n`;
const load = (path: string) => loadDataset(path, { cacheFolder: false });

describe('forms of the file', () => {
  const pixels = (first: number): string => countingPixels(first).join(' ');
  const forms: Record<string, string | Uint8Array> = {
    plain: twoRows,
    'no line end at the end': twoRows.trimEnd(),
    'CRLF line ends': twoRows.replaceAll('\n', '\r\n'),
    'byte order mark': `\ufeff${twoRows}`,
    'quoted pixels': `${header}\n3,"${pixels(10)}",Training\n6,"${pixels(20)}",PublicTest\n`,
    'everything quoted': `"emotion","pixels","Usage"\n"3","${pixels(10)}","Training"\n"6","${pixels(20)}","PublicTest"\n`,
    'columns in another order': `Usage,emotion,pixels\nTraining,3,${pixels(10)}\nPublicTest,6,${pixels(20)}\n`,
    'spaces after commas in the header': `emotion, Usage, pixels\n3,Training,${pixels(10)}\n6,PublicTest,${pixels(20)}\n`,
    'blank lines': `${header}\n\n${row(3, 10)}\n\n${row(6, 20, 'PublicTest')}\n\n`,
    'several spaces between pixels': twoRows.replaceAll(' ', '  '),
    gzip: gzipSync(twoRows),
    'gzip in two members': Buffer.concat([gzipSync(`${header}\n${row(3, 10)}\n`), gzipSync(row(6, 20, 'PublicTest'))]),
  };
  test.each(Object.entries(forms))('%s', async (name, content) => {
    const { dataset, source, hasUsage, badRows } = await load(write(`${name}.csv`, content));
    expect([...dataset.labels]).toEqual([3, 6]);
    expect([...dataset.usage]).toEqual([0, 1]);
    expect([...dataset.pixels]).toEqual([...countingPixels(10), ...countingPixels(20)]);
    expect(dataset).toMatchObject({ count: 2, height: 48, width: 48 });
    expect(dataset.hash).toBe(createHash('sha256').update(content).digest('hex'));
    expect({ source, hasUsage, badRows }).toEqual({ source: 'csv', hasUsage: true, badRows: [] });
  });
});

test('a file of many blocks keeps every row', async () => {
  const rows = Array.from({ length: 700 }, (_, i) => row(i % 7, i % 256)); // 5.7 MB, six blocks
  const { dataset } = await load(write('many.csv', [header, ...rows].join('\n')));
  expect(dataset.count).toBe(700);
  for (const i of [0, 1, 350, 698, 699]) {
    expect([...dataset.pixels.subarray(i * 2304, (i + 1) * 2304)]).toEqual(countingPixels(i % 256));
  }
});

describe('the first bad row ends the load with its line, what was expected and what came', () => {
  const changed = (from: string, to: string): string => row(0).replace(from, to);
  const cases: [string, string, RegExp][] = [
    ['emotion above 6', row(7), /:3: expected an emotion from 0 to 6, got "7"/],
    ['emotion not a number', row('happy'), /:3: expected an emotion from 0 to 6, got "happy"/],
    ['negative emotion', row(-1), /:3: expected an emotion from 0 to 6, got "-1"/],
    ['a pixel too few', changed('0 1 2 ', '0 1 '), /:3: expected 2304 integers from 0 to 255, got 2303 integers/],
    ['a pixel too many', changed('0 1 2 ', '0 1 2 2 '), /:3: expected 2304 .* got 2305 integers/],
    ['three pixels', '0,1 2 3,Training', /:3: expected 2304 .* got 3 integers/],
    ['no pixels', '0,,Training', /:3: expected 2304 .* got no pixels/],
    ['a pixel of 256', changed(' 9 ', ' 256 '), /:3: expected 2304 .* got 256 at position 10\b/],
    [
      'a word among pixels',
      changed(' 9 ', ' nine '),
      /:3: expected 2304 .* got "0 1 2 3 4 5 6 7 8 nine\[2294 numbers\]"/,
    ],
    ['a fraction', changed(' 200 ', ' 200.5 '), /:3: expected 2304 .* got "\[201 numbers\]\.\[2104 numbers\]"/],
    ['a negative pixel', changed(' 200 ', ' -200 '), /:3: expected 2304 .* got "\[200 numbers\]-\[2104 numbers\]"/],
    ['unknown Usage', row(0, 0, 'Test'), /:3: expected Usage Training, PublicTest, PrivateTest, got "Test"/],
    ['a column too few', row(0).replace(',Training', ''), /:3: expected 3 columns, got 2/],
    ['a column too many', `${row(0)},9`, /:3: expected 3 columns, got 4/],
    [
      'a quote inside a field',
      row(0).replace(' 9 ', '" 9 '),
      /:3: expected fields .* got a quote in the middle of a field/,
    ],
    ['a quote that stays open', row(0).replace(',', ',"'), /expected fields .* got a quote that is never closed/],
    ['a reference that is not ours', '0,#0;,Training', /:3: expected 2304 .* got "\?0;"/],
    ['a row cut off', row(0).slice(0, 2000), /:3: expected 3 columns, got 2/],
  ];
  test.each(cases)('%s', async (name, badRow, message) => {
    const path = write(`${name}.csv`, `${header}\n${row(0)}\n${badRow}`);
    await expect(load(path)).rejects.toMatchObject({ code: 'DATA_INVALID', message: expect.stringMatching(message) });
    await expect(load(path)).rejects.toThrow(path);
  });
});

test('bad rows are left out and listed on request, and the good ones move up', async () => {
  const lines = [
    header,
    row(9),
    row(1, 10),
    '2,1 2 3,Training',
    row(2, 20).replace(' 30 ', ' 300 '),
    row(3, 30, 'PrivateTest'),
  ];
  const path = write('some-bad.csv', `${lines.join('\n')}\n`);
  const { dataset, badRows } = await loadDataset(path, { cacheFolder: false, skipBadRows: true });
  expect([...dataset.labels]).toEqual([1, 3]);
  expect([...dataset.usage]).toEqual([0, 2]);
  expect([...dataset.pixels]).toEqual([...countingPixels(10), ...countingPixels(30)]);
  expect(badRows.map(({ line, got }) => [line, got])).toEqual([
    [2, '"9"'],
    [4, '3 integers'],
    [5, '300 at position 11'],
  ]);
});

test('a row with a stray quote is skipped like any other bad row', async () => {
  const path = write('stray-quote.csv', [header, row(1, 10), row(0).replace(' 9 ', '" 9 '), row(3, 30)].join('\n'));
  const { dataset, badRows } = await loadDataset(path, { cacheFolder: false, skipBadRows: true });
  expect([...dataset.labels]).toEqual([1, 3]);
  expect(badRows.map(({ line }) => line)).toEqual([3]);
});

describe('files without data say so', () => {
  const cut = gzipSync(twoRows);
  const cases: [string, string | Uint8Array, RegExp][] = [
    ['empty', '', /got an empty file/],
    ['empty gzip', gzipSync(''), /got an empty file/],
    ['header only', `${header}\n`, /expected rows of images, got only the header/],
    ['no header', row(0), /:1: expected the columns .* got "0,\[2304 numbers\],Training"/],
    ['other columns', 'name,age\nx,1\n', /:1: expected the columns emotion,pixels,Usage .* got "name,age"/],
    ['a column more', `id,${header}\n1,${row(0)}`, /got "id,emotion,pixels,Usage"/],
    ['ZIP', Buffer.from('PK\u0003\u0004...', 'latin1'), /ZIP archive: unpack it/],
    ['UTF-16', Buffer.from(`\ufeff${twoRows}`, 'utf16le'), /UTF-16 text: save it as UTF-8/],
    ['truncated gzip', cut.subarray(0, cut.length - 20), /whole gzip file.*truncated or damaged/],
    ['damaged gzip', Buffer.from(cut).fill(7, 100, 120), /whole gzip file.*truncated or damaged/],
  ];
  test.each(cases)('%s', async (name, content, message) => {
    const path = write(`${name}.csv`, content);
    await expect(load(path)).rejects.toMatchObject({ code: 'DATA_INVALID', message: expect.stringMatching(message) });
  });

  test('only bad rows, skipped', async () => {
    const path = write('all-bad.csv', [header, row(8), row(9)].join('\n'));
    const loading = loadDataset(path, { cacheFolder: false, skipBadRows: true });
    await expect(loading).rejects.toThrow(/got only bad ones \(2\)\. The first: .*all-bad.csv:2: .* got "8"/);
  });

  test('missing file and folder', async () => {
    await expect(load('/nowhere/fer2013.csv')).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
    await expect(load('/nowhere/fer2013.csv')).rejects.toThrow(/there is no such file.*Kaggle.*fer data synth/);
    await expect(load(folder)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  });
});

test('without Usage a seeded split is drawn, and the rows stay in file order', async () => {
  const rows = Array.from({ length: 70 }, (_, i) => row(i % 7, i).replace(',Training', ''));
  const path = write('no-usage.csv', ['emotion,pixels', ...rows].join('\n'));
  const { dataset, hasUsage } = await loadDataset(path, { cacheFolder: false, seed: 1 });
  expect(hasUsage).toBe(false);
  expect([...dataset.labels]).toEqual(Array.from({ length: 70 }, (_, i) => i % 7));
  const again = await loadDataset(path, { cacheFolder: false, seed: 1 });
  const other = await loadDataset(path, { cacheFolder: false, seed: 2 });
  expect(again.dataset.usage).toEqual(dataset.usage);
  expect(other.dataset.usage).not.toEqual(dataset.usage);
});

test('shares that leave nothing to train on are refused', async () => {
  const path = write('shares.csv', twoRows);
  await expect(loadDataset(path, { validationFraction: 0.6, testFraction: 0.4 })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  });
});

test('the sample in data/ loads and holds every class in every split', async () => {
  const { describeDataset } = await import('../../src/data/describe.js');
  const path = fileURLToPath(new URL('../../../data/synthetic-faces.csv', import.meta.url));
  expect(readFileSync(path, 'latin1').startsWith(`${header}\n`)).toBe(true);
  const description = describeDataset((await load(path)).dataset);
  expect(description).toMatchObject({ count: 70, classCounts: [10, 10, 10, 10, 10, 10, 10], missingClasses: [] });
  expect(description.splits.map((split) => split.count)).toEqual([56, 7, 7]);
});
