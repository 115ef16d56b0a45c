/** The packed tarball, installed elsewhere, is the same `fer`. Needs the npm registry, or npm's cache, for the dependencies. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { version } from '../../src/version.js';
import { root } from './runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-pack-'));
afterAll(() => rmSync(folder, { recursive: true }));

const isWindows = process.platform === 'win32';

function npm(...words: string[]): string {
  return execFileSync('npm', words, {
    cwd: root,
    encoding: 'utf8',
    shell: isWindows,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

test('npm pack and npm install -g give the same fer elsewhere', () => {
  // The tests run on a build: no need for the one that packing starts.
  npm('pack', '--ignore-scripts', '--pack-destination', folder);
  const tarball = join(folder, `fer-${version}.tgz`);
  npm('install', '--global', '--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund', tarball);

  const installed = join(folder, ...(isWindows ? ['node_modules'] : ['lib', 'node_modules']), 'fer');
  expect(existsSync(join(installed, 'dist', 'test'))).toBe(false);

  const command = join(folder, isWindows ? 'fer.cmd' : join('bin', 'fer'));
  const fer = (...words: string[]): string =>
    execFileSync(command, words, {
      cwd: folder,
      encoding: 'utf8',
      shell: isWindows,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  expect(fer('--version')).toBe(`${version}\n`);
  // Training needs both packages that the tarball carries, and the worker files of the engine.
  fer('data', 'synth', 'faces.csv', '--count', '70');
  fer('train', '--data', 'faces.csv', '--epochs', '1', '--smote', 'auto', '--smote-neighbours', '2', '--out', 'run');
  expect(fer('predict', '--model', 'run', join('run', 'curves.png'))).toContain('curves.png: ');
}, 300_000);
