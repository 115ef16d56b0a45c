/** What the listeners write for the events of a short run. */
import { expect, test } from '@jest/globals';
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
    'Training on 28,709 images, validating on 3,589: 58,423 parameters, wasm engine, 2 threads. Run folder: runs/a',
    'epoch  1/10*  loss 1.7500  accuracy 25.0 %  validation loss 1.5000  accuracy 37.5 %  2.0 s  18.0 s left',
    'warning: slow disk',
    'From epoch 2 on these train too: conv2d_1.',
    'Interrupted after 2.0 s; everything is saved.',
  ]);
});

test('an engine that is not wasm is told with what it computes on', () => {
  const lines: string[] = [];
  const listener = lineProgress((line) => lines.push(line));
  const [start] = events;
  if (start?.type === 'start') listener({ ...start, engine: 'cuda', device: 'NVIDIA H200' });
  expect(lines[0]).toContain(': 58,423 parameters, cuda engine on NVIDIA H200. Run folder');
});

test('JSON lines: every event as it is', () => {
  const lines: string[] = [];
  const listener = jsonLineProgress((line) => lines.push(line));
  for (const event of events) listener(event);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(events);
});
