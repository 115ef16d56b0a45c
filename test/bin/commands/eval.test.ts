/** `fer eval`: what it says of the data, and where its plots go. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root, runFer, type Outcome } from '../runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-eval-'));
const shipped = join(root, 'checkpoints', 'mini-xception-fer2013');

function fer(...words: string[]): Promise<Outcome> {
  return runFer(words, { cwd: folder, timeoutMs: 20_000 });
}

beforeAll(async () => {
  expect(await fer('data', 'synth', 'faces.csv', '--count', '70')).toMatchObject({ status: 0 });
});

afterAll(() => rmSync(folder, { recursive: true }));

test('fer eval says that rows were left out and that the split was drawn', async () => {
  const lines = readFileSync(join(folder, 'faces.csv'), 'utf8').trimEnd().split('\n');
  const withoutUsage = lines.map((line) => line.slice(0, line.lastIndexOf(',')));
  writeFileSync(join(folder, 'own.csv'), [...withoutUsage, '3,1 2 3'].join('\n'));
  const words = ['eval', '--data', 'own.csv', '--skip-bad-rows'];
  const { stdout, stderr } = await fer(...words, '--json');
  const { reports } = JSON.parse(stdout) as { reports: [{ data: object }] };
  expect(reports[0].data).toMatchObject({ hasUsage: false, badRows: 1 });
  expect(stderr).toContain('own.csv has no Usage column: a stratified 80/10/10 split was drawn, the same every time.');
  expect((await fer(...words, '--quiet')).stdout).toMatch(
    /^mini-xception .*, drawn split, 1 bad row left out\): 7 images/,
  );
});

describe('fer eval --plot', () => {
  test('draws into the working folder, not into the package, for the shipped model', async () => {
    const before = readdirSync(shipped);
    const { status, stderr } = await fer('eval', '--data', 'faces.csv', '--plot', '--json');
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('Wrote confusion-matrix-') });
    for (const ending of ['svg', 'png']) {
      expect(existsSync(join(folder, `confusion-matrix-PublicTest.${ending}`))).toBe(true);
    }
    expect(readdirSync(shipped)).toEqual(before);
  });

  (process.platform === 'linux' ? test : test.skip)('says at once that a folder can hold none', async () => {
    const { status, stderr } = await fer('eval', '--data', 'faces.csv', '--plot', '/proc/none/here');
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^fer: Cannot write \/proc\/none/m),
    });
  });
});
