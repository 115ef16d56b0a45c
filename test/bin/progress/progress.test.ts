/** What the listeners write for the events of a short run. */
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { barProgress } from '../../../bin/progress/bar.js';
import { jsonLineProgress } from '../../../bin/progress/jsonLines.js';
import { lineProgress } from '../../../bin/progress/lines.js';
import type { TrainingEvent } from '../../../src/train/events.js';

const record = {
  epoch: 1,
  loss: 1.75,
  accuracy: 0.25,
  validationLoss: 1.5,
  validationAccuracy: 0.375,
  learningRate: 1e-4,
  elapsedMs: 2000,
};
const events: TrainingEvent[] = [
  {
    type: 'start',
    run: 'runs/a',
    epochs: 10,
    firstEpoch: 1,
    trainingCount: 28_709,
    validationCount: 3589,
    batchesPerEpoch: 225,
    parameters: 58_423,
    engine: 'wasm',
    threads: 2,
  },
  { type: 'batch', epoch: 1, batch: 1, batches: 225, loss: 2, accuracy: 0.1, imagesPerSecond: 600, remainingMs: 9e4 },
  { type: 'checkpoint', epoch: 1, batch: 225 },
  { type: 'epoch', record, best: true, sinceBest: 0, remainingMs: 18_000 },
  { type: 'warning', message: 'slow disk' },
  { type: 'remark', message: 'From epoch 2 on these train too: conv2d_1.' },
  { type: 'end', reason: 'interrupted', bestEpoch: 1, elapsedMs: 2000 },
];

test('plain lines: one per epoch, none per batch', () => {
  const lines: string[] = [];
  const listener = lineProgress((line) => lines.push(line));
  for (const event of events) listener(event);
  expect(lines).toEqual([
    'Training 58,423 parameters on 28,709 images, validating on 3,589.',
    'wasm engine, 2 threads. Run folder: runs/a',
    '* marks the lowest validation loss so far, whose weights are kept.',
    ' epoch     loss  accuracy  validation loss  accuracy        time         left',
    ' 1/10*   1.7500    25.0 %           1.5000    37.5 %       2.0 s       18.0 s',
    'warning: slow disk',
    'From epoch 2 on these train too: conv2d_1.',
    'Interrupted after 2.0 s; everything is saved.',
  ]);
});

test('the row of an epoch fits 80 columns up to a hundred epochs of minutes, below its head', () => {
  const lines: string[] = [];
  const listener = lineProgress((line) => lines.push(line));
  const [start] = events;
  if (start?.type === 'start') listener({ ...start, epochs: 100 });
  const minutes = { ...record, loss: 12.5, accuracy: 1, validationAccuracy: 1, elapsedMs: 599_000 };
  for (const epoch of [99, 100]) {
    listener({ type: 'epoch', record: { ...minutes, epoch }, best: false, sinceBest: 3, remainingMs: 3_599_000 });
  }
  expect(lines.slice(-3)).toEqual([
    '   epoch     loss  accuracy  validation loss  accuracy        time         left',
    ' 99/100   12.5000   100.0 %           1.5000   100.0 %  9 min 59 s  59 min 59 s',
    '100/100   12.5000   100.0 %           1.5000   100.0 %  9 min 59 s',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('a terminal gets lines that it need not break', () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 60 });
  const listener = barProgress(terminal as unknown as NodeJS.WriteStream);
  listener({ type: 'remark', message: 'Engine wasm: what is faster comes with the command fer engine install cuda' });
  expect(String(terminal.read())).toBe(
    'Engine wasm: what is faster comes with the command fer\n  engine install cuda\n',
  );
});

test('an engine that is not wasm is told with what it computes on', () => {
  const lines: string[] = [];
  const listener = lineProgress((line) => lines.push(line));
  const [start] = events;
  if (start?.type === 'start') listener({ ...start, engine: 'cuda', device: 'NVIDIA H200' });
  expect(lines[1]).toMatch(/^cuda engine on NVIDIA H200\. Run folder/);
});

test('JSON lines: every event as it is', () => {
  const lines: string[] = [];
  const listener = jsonLineProgress((line) => lines.push(line));
  for (const event of events) listener(event);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(events);
});
