/** Predictions as JSON, CSV and bars. */
import { describe, expect, test } from '@jest/globals';
import { FerError } from '../../src/errors.js';
import type { PredictionResult } from '../../src/eval/prediction.js';
import {
  formatPrediction,
  predictionCsvHeader,
  predictionCsvLine,
  predictionRecord,
} from '../../src/eval/predictionFormats.js';

const classNames = ['sad', 'happy'];
const answer: PredictionResult = {
  name: 'faces/one.png',
  label: 'happy',
  probability: 0.75,
  probabilities: [0.25, 0.75],
  input: new Uint8Array(4),
};
const failure: PredictionResult = { name: 'a,"b".png', error: new FerError('IMAGE_INVALID', 'It is empty.') };

test('JSON records hold what programs need and no pixels', () => {
  expect(predictionRecord(answer, classNames)).toEqual({
    file: 'faces/one.png',
    label: 'happy',
    probability: 0.75,
    probabilities: { sad: 0.25, happy: 0.75 },
  });
  expect(predictionRecord(failure, classNames)).toEqual({
    file: 'a,"b".png',
    error: { code: 'IMAGE_INVALID', message: 'It is empty.' },
  });
});

test('CSV lines have one column per class and quote what needs quotes', () => {
  expect(predictionCsvHeader(classNames)).toBe('file,label,probability,sad,happy,error\n');
  expect(predictionCsvLine(answer, classNames)).toBe('faces/one.png,happy,0.750000,0.250000,0.750000,\n');
  expect(predictionCsvLine(failure, classNames)).toBe('"a,""b"".png",,,,,It is empty.\n');
});

describe('formatPrediction', () => {
  test('draws a bar per class, most probable first', () => {
    expect(formatPrediction(answer, { classNames, barWidth: 8 })).toBe(
      ['faces/one.png: happy 75.0 %', '  happy  ██████     75.0 %', '  sad    ██         25.0 %', ''].join('\n'),
    );
  });

  test('says why there is no answer', () => {
    expect(formatPrediction(failure, { classNames, barWidth: 8 })).toBe('a,"b".png: no answer. It is empty.\n');
  });
});
