import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSampleWeights, type SampleWeights } from '../../src/data/sampleWeights.js';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fer-weights-'));
  path = join(folder, 'weights.csv');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(text: string, count = 3): Promise<SampleWeights> {
  await writeFile(path, text);
  return readSampleWeights(path, { count, of: 'the Training rows of faces.csv' });
}

describe('readSampleWeights', () => {
  test('gives the numbers below the header in their order, and the hash of the file', async () => {
    const text = 'weight\n1\n0.5\n2e-1\n';
    const { weights, hash } = await read(text);
    expect(weights).toEqual(Float32Array.of(1, 0.5, 0.2));
    expect(hash).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('reads what spreadsheets write: a byte order mark, CRLF, quotes, spaces', async () => {
    expect((await read('\uFEFF"Weight"\r\n"1"\r\n 0 \r\n3\r\n\r\n')).weights).toEqual(Float32Array.of(1, 0, 3));
  });

  test.each([
    ['1\n2\n3\n', /weights\.csv:1: expected a first line "weight", then one number .* got "1"\.$/],
    ['', /weights\.csv:1: expected a first line "weight".* got ""\.$/],
    ['weight\n1\nmany\n3\n', /weights\.csv:3: expected a finite number of 0 or more, got "many"\.$/],
    ['weight\n1\n-0.5\n3\n', /weights\.csv:3: expected a finite number of 0 or more, got "-0\.5"\.$/],
    ['weight\n1\n\n3\n', /weights\.csv:3: expected a finite number of 0 or more, got ""\.$/],
    ['weight\n1\n1e39\n3\n', /weights\.csv:3: expected a finite number/],
    ['weight\n1\n2,0\n3\n', /weights\.csv:3: expected a finite number of 0 or more, got "2,0"\.$/],
    [
      'weight\n1\n2\n',
      /weights\.csv: expected 3 weights, one for each of the Training rows of faces\.csv .* got 2\. Write/,
    ],
    ['weight\n0\n0\n0\n', /weights\.csv: expected a weight above 0; all 3 are 0/],
  ])('refuses %j', async (text, message) => {
    const attempt = read(text);
    await expect(attempt).rejects.toMatchObject({ code: 'DATA_INVALID' });
    await expect(attempt).rejects.toThrow(message);
  });

  test('a missing file is told with what should be there', async () => {
    const attempt = readSampleWeights(join(folder, 'nowhere.csv'), { count: 3, of: 'rows' });
    await expect(attempt).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
    await expect(attempt).rejects.toThrow(/nowhere\.csv: there is no such file\. Write a first line "weight"/);
  });
});
