import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resolveTrainConfig } from '../../src/train/config.js';
import { locateData } from '../../src/train/locateData.js';
import type { RunRecord } from '../../src/train/runRecord.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-locate-'));
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  for (const name of ['faces.csv', 'moved.csv', 'weights.csv']) writeFileSync(at(name), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Files {
  readonly data: string;
  readonly sampleWeights: string;
}

/** The files that a run whose configuration says `typed` reads, when run.json says `recorded`. */
async function located(typed: Files, recorded: Files, named = false): Promise<Files> {
  const config = resolveTrainConfig(typed);
  const record = { data: { path: recorded.data, sampleWeights: { path: recorded.sampleWeights, hash: '' } } };
  const { data, sampleWeights } = await locateData(config, record as RunRecord, { named });
  return { data, sampleWeights: sampleWeights! };
}

const recorded = { data: at('faces.csv'), sampleWeights: at('weights.csv') };

test('keeps paths that lead from here to the files of the run', async () => {
  const typed = { data: relative('', at('faces.csv')), sampleWeights: relative('', at('weights.csv')) };
  expect(await located(typed, recorded)).toEqual(typed);
});

test('takes the files where the run found them, from any folder', async () => {
  expect(await located({ data: 'faces.csv', sampleWeights: 'weights.csv' }, recorded)).toEqual(recorded);
});

test('takes what the paths lead to from here when nothing is where the run found it', async () => {
  const gone = { data: '/nowhere/faces.csv', sampleWeights: '/nowhere/weights.csv' };
  expect(await located(recorded, gone)).toEqual(recorded);
});

test('leaves data alone whose place was named', async () => {
  const typed = { ...recorded, data: at('moved.csv') };
  expect((await located(typed, recorded, true)).data).toBe(at('moved.csv'));
});

test('says where the data was and how to name its place', async () => {
  const gone = { data: '/nowhere/faces.csv', sampleWeights: 'weights.csv' };
  await expect(located({ ...gone, data: 'faces.csv' }, gone)).rejects.toMatchObject({
    code: 'DATA_NOT_FOUND',
    message: expect.stringMatching(/^The run began with the data at \/nowhere\/faces\.csv: .* with --data\.$/),
  });
});
