/** `fer train --resume` from another folder than the one in which the run began. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { RunRecord } from '../../../src/train/runRecord.js';
import { runFer, type Outcome } from '../runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-resume-'));
const [first, second] = [join(folder, 'first'), join(folder, 'second')];

function fer(cwd: string, ...words: string[]): Promise<Outcome> {
  return runFer(words, { cwd, timeoutMs: 60_000 });
}

afterAll(() => rmSync(folder, { recursive: true }));

test('the data is found where it was, and its new place is asked for when it is gone', async () => {
  for (const place of [first, second]) mkdirSync(place);
  const small = ['--epochs', '1', '--batch-size', '16', '--engine', 'wasm', '--threads', '1', '--quiet'];
  expect(await fer(first, 'data', 'synth', 'faces.csv', '--count', '70')).toMatchObject({ status: 0 });
  expect(await fer(first, 'train', '--data', 'faces.csv', ...small, '--out', 'run')).toMatchObject({ status: 0 });

  const resume = ['train', '--resume', join('..', 'first', 'run'), '--quiet', '--epochs'];
  expect(await fer(second, ...resume, '2')).toMatchObject({ status: 0, stderr: '' });
  const record = JSON.parse(readFileSync(join(first, 'run', 'run.json'), 'utf8')) as RunRecord;
  expect(record).toMatchObject({ epochs: 2, data: { path: expect.stringMatching(/first\Wfaces\.csv$/) as unknown } });

  renameSync(join(first, 'faces.csv'), join(second, 'moved.csv'));
  expect(await fer(second, ...resume, '3')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /^fer: The run began with the data at .*faces\.csv: .* Name its place with --data\.$/m,
    ),
  });
  expect(await fer(second, ...resume, '3', '--data', 'moved.csv')).toMatchObject({ status: 0, stderr: '' });
});
