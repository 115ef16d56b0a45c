/**
 * A whole epoch of mini-Xception, 48x48x1, batch 128, as `fer train` runs it, against its steps alone: loading, augmentation,
 * validation and files should hide behind the steps. The steps are timed in a process of their own before and after every epoch.
 * usage: node dist/bench/epoch.js [--data fer2013.csv.gz] [--epochs N] [--threads N]; without --data 3,500 drawn faces
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { resolveTrainConfig } from '../src/train/config.js';
import type { TrainingEvent } from '../src/train/events.js';
import { resumeTraining, train } from '../src/train/trainer.js';

const stepsPerRound = 30;
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    epochs: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
  },
});
const folder = await mkdtemp(join(tmpdir(), 'fer-bench-'));
const runFolder = join(folder, 'run');
const data = values.data ?? join(folder, 'faces.csv');
const run = (script: string, ...rest: string[]) =>
  spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...rest], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
if (values.data === undefined) {
  const drawing = run('../../bin/fer.js', 'data', 'synth', data, '--count', '3500', '--seed', '1');
  await new Promise((resolve) => drawing.once('close', resolve));
}
const server = run('stepServer.js', '--threads', values.threads);
const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
await lines.next(); // ready

/** Milliseconds of single steps while nothing else runs here. */
async function timeSteps(): Promise<number[]> {
  const times: number[] = [];
  for (let step = 0; step < stepsPerRound; step++) {
    server.stdin.write('s\n');
    times.push(Number((await lines.next()).value));
  }
  return times;
}

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
const ratios: number[] = [];
let before = await timeSteps();
for (let epoch = 1; epoch <= Number(values.epochs); epoch++) {
  let [startMs, endMs, steps] = [0, 0, 0];
  const listener = (event: TrainingEvent): void => {
    if (event.type === 'start') [startMs, steps] = [performance.now(), event.batchesPerEpoch];
    if (event.type === 'end') endMs = performance.now();
  };
  if (epoch > 1) await resumeTraining(runFolder, { listener, changes: { epochs: epoch } });
  else await train(resolveTrainConfig({ data, epochs: 1, threads: Number(values.threads) }), { runFolder, listener });
  const after = await timeSteps();
  const stepMs = median([...before, ...after]);
  before = after;
  ratios.push((endMs - startMs) / (steps * stepMs));
  console.log(
    `epoch ${epoch}: ${((endMs - startMs) / 1000).toFixed(1)} s; ${steps} steps of ${stepMs.toFixed(1)} ms: ` +
      `${((steps * stepMs) / 1000).toFixed(1)} s; ratio ${ratios.at(-1)!.toFixed(3)}`,
  );
}
server.stdin.end('q\n');
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(`median ratio ${median(ratios).toFixed(3)}; largest resident memory ${megabytes.toFixed(0)} MB`);
await rm(folder, { recursive: true });
