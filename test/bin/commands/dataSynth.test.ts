/** `fer data synth`: where its faces go. */
import { spawn, execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readlinkSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from '@jest/globals';
import { runFer, type Outcome } from '../runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-synth-'));

function fer(...words: string[]): Promise<Outcome> {
  return runFer(words, { cwd: folder, timeoutMs: 20_000 });
}

afterAll(() => rmSync(folder, { recursive: true }));

test('follows a link to the file that it replaces', async () => {
  writeFileSync(join(folder, 'real.csv'), 'old');
  symlinkSync('real.csv', join(folder, 'link.csv'));
  expect(await fer('data', 'synth', 'link.csv', '--count', '7')).toMatchObject({ status: 0 });
  expect(readlinkSync(join(folder, 'link.csv'))).toBe('real.csv');
  expect(readFileSync(join(folder, 'real.csv'), 'utf8')).toMatch(/^emotion,pixels,Usage\n/);
});

(process.platform === 'win32' ? test.skip : test)('writes into a pipe and leaves it there', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'], timeout: 10_000 });
  try {
    const [csv, drawn] = await Promise.all([text(reader.stdout), fer('data', 'synth', 'pipe', '--count', '7')]);
    expect(drawn).toMatchObject({ status: 0 });
    expect(csv.trimEnd().split('\n')).toHaveLength(8);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  } finally {
    reader.kill();
  }
});

(process.platform === 'linux' ? test : test.skip)('says at once that a folder cannot be made', async () => {
  expect(await fer('data', 'synth', '/proc/none/faces.csv', '--count', '7')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^fer: Cannot write \/proc\/none\/faces\.csv: ENOENT/),
  });
});

test('refuses more faces than it can draw before it draws any', async () => {
  expect(await fer('data', 'synth', 'many.csv', '--count', '1e9')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'fer: Expected a count of 7 to 400000 faces, got 1000000000.\n',
  });
});
