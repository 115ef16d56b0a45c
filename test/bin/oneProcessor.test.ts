/** A machine with one processor: one thread is chosen, more may be asked for, and neither waits for a processor that is not there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunRecord } from '../../src/train/runRecord.js';
import { root, runFer } from './runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-one-processor-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Linux can hold a process to one processor. The first is not free everywhere: containers may have others. */
function hasTaskset(): boolean {
  return spawnSync('taskset', ['-c', '0', 'true']).status === 0;
}

/** What `fer` prints on one processor. */
async function alone(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await runFer(words, { cwd: folder, behind: ['taskset', '-c', '0'] });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** Two batches and a validation. */
const train = [
  'train',
  '--data',
  'faces.csv',
  '--epochs',
  '1',
  '--batch-size',
  '16',
  '--arch',
  'tiny-xception',
  '--engine',
  'wasm',
];

/** The bytes of a run's weights, and how many threads it says it had. */
function resultOf(run: string) {
  const read = (file: string): string => readFileSync(join(folder, run, file), 'utf8');
  const model = JSON.parse(read('model.json')) as { weightsManifest: { paths: string[] }[] };
  const { engine } = JSON.parse(read('run.json')) as RunRecord;
  return { threads: engine.threads, weights: readFileSync(join(folder, run, model.weightsManifest[0]!.paths[0]!)) };
}

const describeHere = hasTaskset() ? describe : describe.skip;

describeHere('held to one processor by taskset', () => {
  beforeAll(async () => {
    await alone('data', 'synth', 'faces.csv', '--count', '42', '--quiet');
    await alone(...train, '--out', 'alone', '--quiet');
  });

  test('a process sees one processor', () => {
    const script = 'process.stdout.write(String(require("node:os").availableParallelism()))';
    const { stdout } = spawnSync('taskset', ['-c', '0', process.execPath, '-e', script], { encoding: 'utf8' });
    expect(stdout).toBe('1');
  });

  test('fer train chooses one thread', () => {
    expect(resultOf('alone').threads).toBe(1);
  });

  test('fer train with 2 threads comes to the same weights', async () => {
    await alone(...train, '--out', 'together', '--threads', '2', '--quiet');
    const { threads, weights } = resultOf('together');
    expect(threads).toBe(2);
    expect(weights.equals(resultOf('alone').weights)).toBe(true);
  });

  test.each(['0', '2'])('fer predict --threads %s answers as with one thread', async (threads) => {
    const predict = ['predict', join(root, 'data', 'example.png'), '--json', '--quiet', '--threads'];
    const answer = await alone(...predict, threads);
    expect(JSON.parse(answer)).toMatchObject({ predictions: [{ label: 'happy' }] });
    expect(answer).toBe(await alone(...predict, '1'));
  });
});
