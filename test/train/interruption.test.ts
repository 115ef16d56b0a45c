/** A run whose process is killed again and again at moments nobody chose, or whose disk is full, loses nothing. */
import { spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Random } from '../../src/random.js';
import type { PartialTrainConfig } from '../../src/train/config.js';
import { readState } from '../../src/train/runFolder.js';
import { makeFaces, readBits, type RunBits } from './smallRun.js';

const script = fileURLToPath(new URL('trainingProcess.js', import.meta.url));
let folder: string;
let data: string;
let expected: RunBits;
/** Events of an uninterrupted run. */
let eventCount: number;

interface ProcessEnd {
  /** Null when it was killed. */
  readonly code: number | null;
  /** Its events, and the code of its error. */
  readonly lines: readonly string[];
}

interface ProcessOptions {
  /** Kill it so long after so many of its events. */
  readonly kill?: { readonly events: number; readonly delayMs: number };
  /** Of the run, beside the small ones. */
  readonly settings?: PartialTrainConfig;
  /** The process kills itself behind the checkpoint so many batches into an epoch. */
  readonly endsAt?: { readonly epoch: number; readonly batch: number };
  /** No file may grow beyond this: the disk is full. */
  readonly largestFile?: number;
}

/** Trains, or goes on with the run, in a process of its own. */
function trainInProcess(
  runFolder: string,
  { kill, settings = {}, endsAt, largestFile }: ProcessOptions = {},
): Promise<ProcessEnd> {
  const more = [settings, endsAt ?? null].map((value) => JSON.stringify(value));
  const command = [process.execPath, script, runFolder, data, ...more];
  // POSIX counts the limit in blocks of 512 bytes.
  const limited = ['sh', '-c', `ulimit -f ${(largestFile ?? 0) / 512}; exec "$0" "$@"`, ...command];
  const [program, ...rest] = largestFile === undefined ? command : limited;
  return new Promise((resolve, reject) => {
    const child = spawn(program!, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    let doomed = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (!kill || doomed || output.split('\n').length <= kill.events) return;
      doomed = true;
      setTimeout(() => child.kill('SIGKILL'), kill.delayMs);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, lines: output.trimEnd().split('\n') }));
  });
}

beforeAll(async () => {
  ({ folder, data } = await makeFaces());
  const whole = await trainInProcess(join(folder, 'whole'));
  expect(whole.code).toBe(0);
  eventCount = whole.lines.length;
  expected = await readBits(join(folder, 'whole'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([1, 2])('killed at random moments (seed %i) and resumed, a run ends with the same bits', async (seed) => {
  const runFolder = join(folder, `killed${seed}`);
  const random = new Random(seed);
  let kills = 0;
  for (let attempt = 0; attempt < 3; attempt++) {
    const kill = { events: 1 + random.integer(Math.floor(eventCount / 6)), delayMs: random.uniform(0, 15) };
    const { code } = await trainInProcess(runFolder, { kill });
    if (code === null) kills += 1;
  }
  expect(kills).toBeGreaterThanOrEqual(2);
  expect((await trainInProcess(runFolder)).code).toBe(0);
  expect(await readBits(runFolder)).toEqual(expected);
  expect((await readdir(runFolder)).filter((file) => file.endsWith('.tmp'))).toEqual([]);
});

test('killed before, at and behind the epoch in which frozen layers begin to train, a run ends with the same bits', async () => {
  const settings = { init: join(folder, 'whole'), epochs: 2, batchSize: 16, freeze: ['*'], unfreezeAt: 2 };
  expect((await trainInProcess(join(folder, 'tuned'), { settings })).code).toBe(0);
  const runFolder = join(folder, 'killedTuned');
  for (const [epoch, batch] of [
    [1, 2],
    [2, 0],
    [2, 1],
  ] as const) {
    const { code } = await trainInProcess(runFolder, { settings, endsAt: { epoch, batch } });
    expect(code).toBeNull();
    expect((await readState(runFolder))?.position).toMatchObject({ epoch, batch });
  }
  expect((await trainInProcess(runFolder)).code).toBe(0);
  expect(await readBits(runFolder)).toEqual(await readBits(join(folder, 'tuned')));
});

const onPosix = process.platform === 'win32' ? test.skip : test;
onPosix('a full disk ends the run with WRITE_FAILED, and the last complete state goes on', async () => {
  const runFolder = join(folder, 'full');
  // 700 kB of weights and moments fit; with the first epoch's best weights the state does not.
  const { code, lines } = await trainInProcess(runFolder, { largestFile: 800 * 1024 });
  expect(code).toBe(1);
  expect(lines.at(-1)).toBe('WRITE_FAILED');
  expect((await readState(runFolder))?.position).toMatchObject({ epoch: 1, batch: 8 });
  expect((await trainInProcess(runFolder)).code).toBe(0);
  expect(await readBits(runFolder)).toEqual(expected);
});
