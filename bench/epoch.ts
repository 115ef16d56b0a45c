/**
 * Whole epochs of mini-Xception, 48x48x1, batch 128, as `fer train` runs them, against their steps alone: augmentation, validation
 * and files should hide behind those. The run waits before and after each epoch while a process of its own times steps.
 * usage: node dist/bench/epoch.js [--data fer2013.csv.gz] [--epochs N] [--threads N]; without --data 3,500 drawn faces
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { quartiles } from '../src/bench/quartiles.js';
import { resolveTrainConfig } from '../src/train/config.js';
import type { TrainingEvent } from '../src/train/events.js';
import { train } from '../src/train/trainer.js';

const text = { type: 'string' } as const;
const options = { data: text, epochs: { ...text, default: '3' }, threads: { ...text, default: '2' } };
const { values } = parseArgs({ options });
const folder = await mkdtemp(join(tmpdir(), 'fer-bench-'));
const data = values.data ?? join(folder, 'faces.csv');
const node = (path: string, words: string[], input = ''): string => {
  const script = fileURLToPath(new URL(path, import.meta.url));
  return execFileSync(process.execPath, [script, ...words], { input, encoding: 'utf8' });
};
if (values.data === undefined) node('../../bin/fer.js', ['data', 'synth', data, '--count', '3500', '--seed', '1']);

/** Milliseconds of 60 single steps behind 10 that are not counted; nothing else runs here meanwhile. */
function timeSteps(): number[] {
  const lines = node('stepServer.js', ['--threads', values.threads], 's\n'.repeat(70)).trim().split('\n');
  return lines.slice(-60).map(Number);
}

const median = (numbers: number[]): number => quartiles(numbers).median;
const mean = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const seconds = (ms: number): string => (ms / 1000).toFixed(1);
// An epoch has the slow steps of a busy machine in it, which a mean has too and a median has not.
const ratios = { mean: [] as number[], median: [] as number[] };
let before = timeSteps();
let [steps, stepsMs, waitedMs, startMs] = [0, 0, 0, 0];
const beginMs = performance.now();

const listener = (event: TrainingEvent): void => {
  const nowMs = performance.now();
  if (event.type === 'start') [steps, startMs] = [event.batchesPerEpoch, nowMs];
  if (event.type !== 'epoch') return;
  const after = timeSteps();
  const [meanMs, medianMs] = [mean, median].map((of) => of([...before, ...after]));
  before = after;
  const epochMs = nowMs - startMs;
  ratios.mean.push(epochMs / (steps * meanMs!));
  ratios.median.push(epochMs / (steps * medianMs!));
  console.log(
    `epoch: ${seconds(epochMs)} s; a step alone: mean ${meanMs!.toFixed(1)}, median ${medianMs!.toFixed(1)} ms`,
  );
  stepsMs += steps * meanMs!;
  startMs = performance.now();
  waitedMs += startMs - nowMs;
};
const config = resolveTrainConfig({ data, epochs: Number(values.epochs), threads: Number(values.threads) });
await train(config, { runFolder: join(folder, 'run'), listener });
const runMs = performance.now() - beginMs - waitedMs;
const megabytes = (process.resourceUsage().maxRSS / 1024).toFixed(0);
console.log(`run, data read and files written: ${seconds(runMs)} s, ${(runMs / stepsMs).toFixed(3)} of its steps`);
const [byMean, byMedian] = [ratios.mean, ratios.median].map((found) => median(found).toFixed(3));
console.log(`an epoch over its ${steps} steps: ${byMean} by their mean, ${byMedian} by their median`);
console.log(`largest resident memory: ${megabytes} MB`);
await rm(folder, { recursive: true });
