/** The built `fer bench`, on a batch so small that it takes no time. */
import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import type { BenchResult } from '../../src/bench/benchmark.js';
import { runFer } from './runFer.js';

const small = [
  'bench',
  '--arch',
  'tiny-xception',
  '--batch-size',
  '2',
  '--steps',
  '2',
  '--no-wide',
  '--engine',
  'wasm',
];
const fer = (...words: string[]) => runFer(words, { cwd: tmpdir() });

test('prints a table, or one JSON document with every entry of the profile', async () => {
  const text = await fer(...small, '--threads', '1');
  expect(text).toMatchObject({ status: 0, stderr: 'Measuring tiny-xception: 2 training steps of 2 images\n' });
  expect(text.stdout).toMatch(/: 1 thread, 128-bit vectors, strict rounding\n.*\n\nmilliseconds +median/);

  const { status, stdout, stderr } = await fer(...small, '--profile', '--json', '--quiet');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { config, build, profile } = JSON.parse(stdout) as BenchResult;
  expect(config).toMatchObject({ arch: 'tiny-xception', batchSize: 2, steps: 2, wide: false, profile: true });
  expect(build!.threads).toBe(1);
  expect(profile!.work.length).toBeGreaterThan(profile!.layers.length);
});

test('refuses a profile of several threads as wrong usage', async () => {
  const { status, stdout, stderr } = await fer(...small, '--profile', '--threads', '2');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^fer: threads: expected 1 with profile/);
});
