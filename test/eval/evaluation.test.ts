/** Evaluation end to end on images that are one grey level each. */
import { describe, expect, test } from '@jest/globals';
import type { Dataset } from '../../src/data/dataset.js';
import { evaluate, type EvaluationOptions } from '../../src/eval/evaluation.js';
import { formatEvaluation } from '../../src/eval/evaluationReport.js';
import { wilsonInterval } from '../../src/eval/interval.js';
import { brightnessCard, brightnessModel } from './brightnessModel.js';

/** One image per grey level, `side` pixels square. */
function greyImages(levels: readonly number[], labels: readonly number[], side = 2): Dataset {
  return {
    pixels: Uint8Array.from(levels.flatMap((level) => new Array<number>(side * side).fill(level))),
    labels: Uint8Array.from(labels),
    usage: new Uint8Array(levels.length),
    count: levels.length,
    height: side,
    width: side,
    classNames: brightnessCard.classNames,
    hash: '0123456789abcdef',
  };
}

// The second dark image is bright: four of five are right.
const dataset = greyImages([0, 255, 128, 255, 250], [0, 0, 1, 2, 2]);

function options(changes: Partial<EvaluationOptions> = {}): EvaluationOptions {
  return { compiled: brightnessModel(), card: brightnessCard, dataset, split: 'PublicTest', batchSize: 4, ...changes };
}

describe('evaluate', () => {
  test('reports counts, accuracy with its interval, and where the numbers come from', async () => {
    const report = await evaluate(options());
    expect(report).toMatchObject({
      model: { name: 'brightness' },
      data: { hash: '0123456789abcdef' },
      split: 'PublicTest',
      count: 5,
      accuracy: 0.8,
      interval: wilsonInterval(4, 5),
      testTimeAugmentation: false,
      classNames: ['dark', 'middle', 'bright'],
      zeroDivision: [],
      confusionMatrix: [
        [1, 0, 1],
        [0, 1, 0],
        [0, 0, 2],
      ],
    });
    expect(report.model.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(report.perClass[0]).toMatchObject({ className: 'dark', precision: 1, recall: 0.5, support: 2 });
    expect(report.perClass[2]).toMatchObject({ className: 'bright', precision: 2 / 3, recall: 1, support: 2 });
  });

  test('its loss is that of the one image that is wrong, shared by five', async () => {
    // A bright image has mean 1: p(dark) = exp(-20 * steepness / 10), here clipped to 1e-7; the right ones cost next to nothing.
    const { loss } = await evaluate(options({ compiled: brightnessModel({ steepness: 100 }) }));
    expect(loss).toBeCloseTo(-Math.log(1e-7) / 5, 2);
  });

  test('is plain data: it survives JSON', async () => {
    const report = await evaluate(options());
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('gives the same report whatever the batch size, and tells its progress', async () => {
    const seen: number[] = [];
    const whole = await evaluate(options());
    const pieces = await evaluate(options({ batchSize: 2, onProgress: (done) => seen.push(done) }));
    expect(pieces).toEqual(whole);
    expect(seen).toEqual([2, 4, 5]);
  });

  test('keeps what became of the file on reading, and says it where it matters', async () => {
    const whole = await evaluate(options({ reading: { hasUsage: true, badRows: 0 } }));
    expect(whole.data).toEqual({ hash: dataset.hash, hasUsage: true, badRows: 0 });
    expect(formatEvaluation(whole)).toContain(`(data ${dataset.hash.slice(0, 12)}): 5 images`);
    const worse = await evaluate(options({ reading: { hasUsage: false, badRows: 1234 } }));
    expect(worse.data).toEqual({ hash: dataset.hash, hasUsage: false, badRows: 1234 });
    expect(formatEvaluation(worse)).toContain(
      `(data ${dataset.hash.slice(0, 12)}, drawn split, 1,234 bad rows left out): 5 images`,
    );
  });

  test('brings images of another size to the input size', async () => {
    const larger = greyImages([0, 255, 128, 255, 250], [0, 0, 1, 2, 2], 6);
    expect(await evaluate(options({ dataset: larger }))).toEqual(await evaluate(options()));
  });

  test('pairs classes by name: the report is in the order of the data', async () => {
    const straight = await evaluate(options());
    const turned = { ...dataset, classNames: ['bright', 'dark', 'middle'], labels: Uint8Array.of(1, 1, 2, 0, 0) };
    const report = await evaluate(options({ dataset: turned }));
    expect(report).toMatchObject({
      accuracy: 0.8,
      loss: straight.loss,
      classNames: ['bright', 'dark', 'middle'],
      confusionMatrix: [
        [2, 0, 0],
        [1, 1, 0],
        [0, 0, 1],
      ],
    });
    expect(report.perClass[0]).toEqual(straight.perClass[2]);
    expect(report).not.toHaveProperty('classesNotInData');
  });

  test('counts answers with a class that the data lacks as wrong, and says so', async () => {
    // The model knows three classes; of the four images one is middle grey, which the data calls dark.
    const twoClasses = { ...greyImages([0, 128, 255, 255], [0, 0, 1, 1]), classNames: ['dark', 'bright'] };
    const report = await evaluate(options({ dataset: twoClasses }));
    expect(report).toMatchObject({
      accuracy: 0.75,
      classNames: ['dark', 'bright', 'middle'],
      classesNotInData: ['middle'],
      confusionMatrix: [
        [1, 0, 1],
        [0, 2, 0],
        [0, 0, 0],
      ],
    });
    expect(formatEvaluation(report)).toContain(
      'The data has no middle. Images that the model calls so count as wrong: 1.\nrecall of middle is set to 0: no such image',
    );
  });

  test('refuses classes that the model lacks, no images, models of four channels and broken probabilities', async () => {
    const more = { ...dataset, classNames: ['dark', 'middle', 'bright', 'dazzling'] };
    await expect(evaluate(options({ dataset: more }))).rejects.toThrow('got one without dazzling');
    await expect(evaluate(options({ dataset: greyImages([], []) }))).rejects.toThrow('PublicTest has none');
    const channels = { ...brightnessCard, inputShape: [2, 2, 4] as const };
    await expect(evaluate(options({ card: channels }))).rejects.toThrow('brightness takes 4 channels');
    const broken = brightnessModel({ steepness: NaN });
    await expect(evaluate(options({ compiled: broken }))).rejects.toThrow('values that are not numbers');
  });
});

test('formatEvaluation says what was measured, how well, and what is undefined', async () => {
  const report = await evaluate(options({ dataset: greyImages([0, 0, 255], [0, 0, 2]) }));
  expect(formatEvaluation(report)).toBe(
    [
      `brightness (weights ${report.model.hash.slice(0, 12)}) on PublicTest (data 0123456789ab): 3 images, no test-time augmentation`,
      'Accuracy 100.0 %, 95 % interval 43.9 % to 100.0 %; loss 0.0000',
      '',
      '              precision    recall  f1-score   support',
      '',
      '        dark       1.00      1.00      1.00         2',
      '      middle       0.00      0.00      0.00         0',
      '      bright       1.00      1.00      1.00         1',
      '',
      '    accuracy                           1.00         3',
      '   macro avg       0.67      0.67      0.67         3',
      'weighted avg       1.00      1.00      1.00         3',
      '',
      '       |  predicted',
      '  true |  dark  middle  bright',
      '-------+----------------------',
      '  dark |     2       0       0',
      'middle |     0       0       0',
      'bright |     0       0       1',
      '',
      'precision of middle is set to 0: never predicted.',
      'recall of middle is set to 0: no such image in this split.',
      'f1 of middle is set to 0: neither predicted nor in this split.',
      '',
    ].join('\n'),
  );
});
