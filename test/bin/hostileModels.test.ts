/** Hostile models on the command line: exit code 1 and one line, at once, whichever command opens them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { silenceHdf5 } from '../model/formats/keras/hdf5Layout.js';
import { hostileModels, overflowingModel, writeHostile } from './hostileModels.js';
import { measureFer, type MeasuredRun } from './measureFer.js';
import { root } from './runFer.js';

const picture = join(root, 'data', 'example.png');
const faces = join(root, 'data', 'synthetic-faces.csv');

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fer-hostile-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Processor time of the command line itself. */
let startUpMs = 0;
beforeAll(async () => {
  silenceHdf5();
  startUpMs = (await measureFer(['--version'], tmpdir())).cpuMs;
});

function expectOneLine(run: MeasuredRun, problem: string): void {
  expect(run).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(problem) });
  expect(run.stderr).toMatch(/^fer: [^\n]+\n$/);
  expect(run.cpuMs - startUpMs).toBeLessThan(1000);
  expect(run.megabytes).toBeLessThan(300);
}

test.each(hostileModels)('fer predict refuses %s', async (_what, content, problem) => {
  const model = await writeHostile(folder, content);
  expectOneLine(await measureFer(['predict', picture, '--model', model], folder), problem);
});

test('fer predict refuses to print answers that are no numbers', async () => {
  const words = ['predict', picture, '--labels', 'no,yes', '--scaling', 'none', '--quiet'];
  const model = await writeHostile(folder, overflowingModel);
  expectOneLine(await measureFer([...words, '--model', model], folder), 'got values that are not numbers');
});

/** One of each reader and each way to refuse: `--init` opens files with the same function. */
const begun = ['half an archive', 'a text', 'weights that are no numbers', 'weights of a URL', 'a cycle'];

describe('fer train --init refuses', () => {
  test.each(hostileModels.filter(([what]) => begun.includes(what)))('%s', async (_what, content, problem) => {
    const model = await writeHostile(folder, content);
    const run = await measureFer(['train', '--data', faces, '--init', model, '--out', 'run', '--quiet'], folder);
    expectOneLine(run, problem);
  });

  test('all of these', () => expect(hostileModels.map(([what]) => what)).toEqual(expect.arrayContaining(begun)));
});
