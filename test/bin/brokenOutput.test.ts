/** What the command line does when its reader goes or the disk behind its output is full. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunRecord } from '../../src/train/runRecord.js';
import { root, runFer, type Outcome } from './runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-broken-output-'));
const small = ['--data', 'faces.csv', '--batch-size', '16', '--engine', 'wasm', '--threads', '1'];
const fullDisk = '/dev/full';
const onFullDisk = existsSync(fullDisk) ? test : test.skip;

beforeAll(async () => {
  const drawn = await runFer(['data', 'synth', 'faces.csv', '--count', '140', '--pictures', 'pictures'], {
    cwd: folder,
  });
  expect(drawn.status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `fer` in a shell, where `redirection` stands behind its words. */
function inShell(words: readonly string[], redirection: string): Outcome {
  const command = `"${process.execPath}" "${root}/bin/fer.js" ${words.join(' ')} ${redirection}`;
  const env = { ...process.env, FER_CACHE_DIR: join(folder, 'cache') };
  return spawnSync('bash', ['-c', command], { cwd: folder, env, encoding: 'utf8' });
}

function statusOf(run: string): { status: string; isLocked: boolean } {
  const { status } = JSON.parse(readFileSync(join(folder, run, 'run.json'), 'utf8')) as RunRecord;
  return { status, isLocked: readdirSync(join(folder, run, 'state')).some((name) => name.endsWith('.lock')) };
}

describe('a reader that goes', () => {
  test('of the events of a training: the run is saved and can be resumed', async () => {
    // Long enough that its end never comes first.
    const words = ['train', ...small, '--epochs', '200', '--out', 'unread', '--json'];
    const { status, stderr } = await runFer(words, {
      cwd: folder,
      onOutput: (child) => child.stdout?.destroy(),
    });
    expect({ status, saved: statusOf('unread') }).toEqual({
      status: 130,
      saved: { status: 'interrupted', isLocked: false },
    });
    expect(stderr).toContain('saving the run; --resume goes on with it.');
  });

  test('of the progress of a training: it trains on', async () => {
    const words = ['train', ...small, '--epochs', '2', '--out', 'unwatched'];
    const { status, stdout } = await runFer(words, { cwd: folder, closeStderr: true });
    expect({ status, saved: statusOf('unwatched') }).toEqual({
      status: 0,
      saved: { status: 'finished', isLocked: false },
    });
    expect(stdout).toContain('Run unwatched: 2 epochs');
  });
});

describe('a full disk behind stdout', () => {
  const line = 'fer: Cannot write the output: no space left on device.\n';

  onFullDisk.each([
    ['bars', ['predict', 'pictures/happy.png']],
    ['a document', ['data', 'stats', 'faces.csv', '--json', '--quiet']],
    ['help', ['--help']],
  ])('%s: one line and code 1', (_what, words) => {
    expect(inShell(words, `> ${fullDisk}`)).toMatchObject({ status: 1, stderr: line });
  });

  onFullDisk('the events of a training: the run is saved', () => {
    const words = ['train', ...small, '--epochs', '200', '--out', 'full', '--json'];
    const { status, stderr } = inShell(words, `> ${fullDisk}`);
    expect({ status, saved: statusOf('full') }).toEqual({
      status: 1,
      saved: { status: 'interrupted', isLocked: false },
    });
    expect(stderr).toMatch(/saving the run.*\nfer: Cannot write the output: no space left on device\.\n$/);
  });
});
