/** `--engine` on every command that computes, with the engines of whatever machine this is. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Diagnosis } from '../../src/doctor/diagnose.js';
import { root, runFer } from './runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-engine-'));
const fer = (...words: string[]) => runFer(words, { cwd: folder });
const picture = join(root, 'data', 'example.png');
let absent: readonly string[];

beforeAll(async () => {
  await fer('data', 'synth', 'faces.csv', '--count', '42', '--quiet');
  const { stdout } = await fer('doctor', '--no-measure', '--json');
  const { engines } = JSON.parse(stdout) as Diagnosis;
  absent = engines.filter(({ probe }) => !probe.available).map(({ probe }) => probe.engine);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('--engine', () => {
  test.each([
    ['train', ['--data', 'faces.csv', '--out', 'run']],
    ['eval', ['--data', 'faces.csv']],
    ['predict', [picture]],
    ['bench', []],
    ['export', ['--format', 'tfjs', '--precision', 'uint8', '--data', 'faces.csv', '--force']],
  ])('an engine that cannot run ends fer %s, which takes no other', async (command, words) => {
    for (const engine of absent) {
      const { status, stdout, stderr } = await fer(command, ...words, '--engine', engine, '--quiet');
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^fer: Engine ${engine} cannot run here\\. .+\\n$`));
    }
    expect(readdirSync(folder).sort()).toEqual(['faces.csv']);
    expect(absent).not.toContain('wasm');
  });

  test('predict takes wasm unless told, and says what auto takes', async () => {
    const plain = await fer('predict', picture, '--json');
    expect(plain).toMatchObject({ status: 0, stderr: '' });
    const auto = await fer('predict', picture, '--json', '--engine', 'auto');
    expect(auto).toMatchObject({ status: 0, stderr: expect.stringMatching(/^Engine \w+ on .+\.\n$/) });
    const [{ label }] = (JSON.parse(auto.stdout) as { predictions: [{ label: string }] }).predictions;
    expect(JSON.parse(plain.stdout)).toMatchObject({ predictions: [{ label }] });
  });

  test('a name that is none is wrong usage', async () => {
    expect(await fer('predict', picture, '--engine', 'gpu')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Allowed choices are auto, wasm, tensorflow, cuda, webgpu.'),
    });
  });
});
