/** What `fer train` prints at its end, from a result with round numbers. */
import { expect, test } from '@jest/globals';
import { formatResult } from '../../../bin/results/trainingResult.js';
import type { TrainingResult } from '../../../src/train/trainer.js';

const metric = {
  split: 'PublicTest',
  count: 3589,
  accuracy: 0.637,
  interval: [0.621, 0.652],
  macroF1: 0.59,
  loss: 1.0061,
} as const;
const result: TrainingResult = {
  runFolder: 'runs/a',
  data: 'faces.csv',
  reason: 'finished',
  history: [],
  bestEpoch: 97,
  metric,
  elapsedMs: 60_000,
};

test('the result fits 80 columns', () => {
  expect(formatResult(result, { hasCurves: true }).split('\n').slice(0, 5)).toEqual([
    'Run runs/a: 0 epochs in 1 min 00 s',
    'Best epoch 97: PublicTest accuracy 63.7 % (95 % interval 62.1 % to 65.2 %, 3,589',
    '  images), macro F1 0.590, cross-entropy 1.0061',
    'Files: model.json with its weights (TensorFlow.js), model.h5 (Keras), run.json,',
    '  history.csv, curves.svg, curves.png',
  ]);
});

test('curves that could not be drawn are not named', () => {
  expect(formatResult(result, { hasCurves: false })).not.toContain('curves');
});

test('what to do next can be pasted into a shell', () => {
  const lines = formatResult(
    { ...result, runFolder: "anna's run", data: 'my data/faces.csv' },
    { hasCurves: true },
  ).split('\n');
  const [run, data] =
    process.platform === 'win32'
      ? [`"anna's run"`, '"my data/faces.csv"']
      : [`'anna'\\''s run'`, "'my data/faces.csv'"];
  expect(lines.slice(-3)).toEqual([
    'Next:',
    `  fer eval --model ${run} --data ${data} --split Training,PublicTest`,
    `  fer predict --model ${run} face.png`,
  ]);
  const interrupted = formatResult({ ...result, reason: 'interrupted' }, { hasCurves: true });
  expect(interrupted).toMatch(/\nGo on with:\n {2}fer train --resume runs\/a$/);
});
