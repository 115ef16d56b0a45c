/**
 * A whole epoch of mini-Xception, 48x48x1, batch 128, as `fer train` runs it, against its steps alone, which a process of their
 * own takes before and after each epoch: loading, augmentation, validation and files should hide behind them.
 * usage: node dist/bench/epoch.js [--data fer2013.csv.gz] [--epochs N] [--threads N]; without --data 3,500 drawn faces
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { resolveTrainConfig } from '../src/train/config.js';
import type { TrainingEvent } from '../src/train/events.js';
import { resumeTraining, train } from '../src/train/trainer.js';

const text = { type: 'string' } as const;
const options = { data: text, epochs: { ...text, default: '3' }, threads: { ...text, default: '2' } };
const { values } = parseArgs({ options });
const folder = await mkdtemp(join(tmpdir(), 'fer-bench-'));
const runFolder = join(folder, 'run');
const data = values.data ?? join(folder, 'faces.csv');
const script = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
if (values.data === undefined) {
  execFileSync(process.execPath, [script('../../bin/fer.js'), 'data', 'synth', data, '--count', '3500', '--seed', '1']);
}
const server = spawn(process.execPath, [script('stepServer.js'), '--threads', values.threads], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
await lines.next(); // ready

/** Milliseconds of 30 single steps while nothing else runs here. */
async function timeSteps(): Promise<number[]> {
  server.stdin.write('s\n'.repeat(30));
  const times: number[] = [];
  while (times.length < 30) times.push(Number((await lines.next()).value));
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
  const seconds = [endMs - startMs, steps * stepMs].map((ms) => (ms / 1000).toFixed(1));
  console.log(`epoch ${epoch}: ${seconds[0]} s; ${steps} steps of ${stepMs.toFixed(1)} ms: ${seconds[1]} s`);
}
server.stdin.end('q\n');
const megabytes = (process.resourceUsage().maxRSS / 1024).toFixed(0);
console.log(`epoch / steps, median: ${median(ratios).toFixed(3)}; largest resident memory ${megabytes} MB`);
await rm(folder, { recursive: true });
