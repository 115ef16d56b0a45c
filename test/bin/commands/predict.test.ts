/** `fer predict`: what it reads, and that `--show-input` costs nobody a picture or an answer. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root, runFer, type Outcome } from '../runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-predict-'));
const example = join(root, 'data', 'example.png');
const at = (name: string): string => join(folder, name);

/** `fer predict` behind `source |`. */
function piped(source: string, ...words: string[]): Promise<Outcome> {
  const behind = ['bash', '-c', `${source} | "$0" "$@"`];
  return runFer(['predict', ...words], { cwd: folder, timeoutMs: 20_000, behind });
}

function fer(...words: string[]): Promise<Outcome> {
  return runFer(['predict', ...words], { cwd: folder, timeoutMs: 20_000 });
}

beforeAll(() => {
  for (const name of ['face.png', 'face-2.png']) cpSync(example, at(name));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('fer predict --show-input', () => {
  test.each([
    ['the picture itself', ['face.png'], 'face.png', 'face.png'],
    ['a numbered name that is one of the pictures', ['face.png', './face-2.png'], 'face.png', 'face-2.png'],
    ['a link to the picture', ['face.png'], 'link.png', 'link.png'],
  ])('refuses %s', async (_what, pictures, target, named) => {
    if (target === 'link.png') symlinkSync('face.png', at('link.png'));
    expect(await fer(...pictures, '--show-input', target)).toEqual({
      status: 1,
      stdout: '',
      stderr: `fer: ${named}: --show-input would replace a picture that is read. Choose another name.\n`,
    });
    for (const name of ['face.png', 'face-2.png']) expect(readFileSync(at(name))).toEqual(readFileSync(example));
  });

  test('says before the first answer that it cannot write', async () => {
    const { status, stdout, stderr } = await fer('face.png', '--csv', '--show-input', 'face.png/seen.png');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^fer: Cannot write face\.png\/seen\.png: ENOTDIR/);
  });

  test('a picture that cannot be written costs no answer', async () => {
    mkdirSync(at('seen-2.png'));
    const { status, stdout, stderr } = await fer('face.png', 'face-2.png', '--json', '--show-input', 'seen.png');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^fer: Cannot write seen-2\.png: /);
    const { predictions } = JSON.parse(stdout) as { predictions: { file: string; label: string }[] };
    expect(predictions).toMatchObject([
      { file: 'face.png', label: 'happy' },
      { file: 'face-2.png', label: 'happy' },
    ]);
  });
});

(process.platform === 'win32' ? describe.skip : describe)('fer predict from a pipe', () => {
  test.each([
    ['standard input', '-'],
    ['the path of standard input', '/dev/stdin'],
  ])('reads %s', async (_what, name) => {
    const fromFile = await fer('face.png', '--csv');
    const outcome = await piped('cat face.png', name, '--csv');
    expect(outcome).toEqual({ status: 0, stderr: '', stdout: fromFile.stdout.replace('face.png', name) });
  });

  test('an empty pipe is told as such, and the other pictures get their answers', async () => {
    const { status, stdout, stderr } = await piped('true', '-', 'face.png', '--json');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'fer: -: expected an image from a pipe, got nothing. Check what is piped in.\n',
    });
    const { predictions } = JSON.parse(stdout) as { predictions: object[] };
    expect(predictions).toMatchObject([{ file: '-' }, { file: 'face.png', label: 'happy' }]);
  });

  test('what is no picture is told under the name of standard input', async () => {
    const { status, stderr } = await piped('echo hello', '-');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^fer: -: expected an image \(.*, got a file that is none/) as unknown,
    });
  });
});
