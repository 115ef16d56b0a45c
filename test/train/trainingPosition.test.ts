import { describe, expect, test } from '@jest/globals';
import type { CardMetric } from '../../src/model/modelFile.js';
import { resolveTrainConfig, type TrainConfig } from '../../src/train/config.js';
import { formatHistory } from '../../src/train/history.js';
import {
  afterEpoch,
  afterStep,
  endOf,
  firstPosition,
  nextRate,
  type TrainingPosition,
} from '../../src/train/trainingPosition.js';

const metricOf = (loss: number): CardMetric => ({
  split: 'PublicTest',
  count: 4,
  accuracy: 0.5,
  interval: [0.1, 0.9],
  macroF1: 0.4,
  loss,
});

const plain = resolveTrainConfig({ data: 'faces.csv', epochs: 4, patience: 2, learningRate: 0.5 });

/** An epoch of two batches: 3 of 4 and 1 of 2 images right. */
function runEpoch(
  position: TrainingPosition,
  validationLoss: number,
  config: TrainConfig = plain,
): ReturnType<typeof afterEpoch> {
  const first = afterStep(position, { loss: 2, correct: 3, count: 4, elapsedMs: 10, learningRate: 0.5 });
  const second = afterStep(first, { loss: 5, correct: 1, count: 2, elapsedMs: 20, learningRate: 0.25 });
  return afterEpoch(config, second, { metric: metricOf(validationLoss), loss: validationLoss, elapsedMs: 5 });
}

const config = plain;

describe('a run’s position', () => {
  test('an epoch’s record is the mean over images, each batch by its size', () => {
    const { record, position, best } = runEpoch(firstPosition(config), 1.5);
    expect(record).toEqual({
      epoch: 1,
      loss: 3, // (2 * 4 + 5 * 2) / 6
      accuracy: 4 / 6,
      validationLoss: 1.5,
      validationAccuracy: 0.5,
      learningRate: 0.25,
      elapsedMs: 35,
    });
    expect(best).toBe(true);
    expect(position).toMatchObject({ epoch: 2, batch: 0, elapsedMs: 35, bestMetric: metricOf(1.5) });
    expect(formatHistory(position.history)).toBe(
      'epoch,loss,accuracy,validationLoss,validationAccuracy,learningRate,elapsedMs\n' +
        '1,3,0.6666666666666666,1.5,0.5,0.25,35\n',
    );
  });

  test('keeps the best metric and ends by early stopping or after the last epoch', () => {
    const losses = [2, 1, 3, 3];
    let position = firstPosition(config);
    const ends = losses.map((loss) => {
      position = runEpoch(position, loss).position;
      return endOf(config, position);
    });
    expect(ends).toEqual([undefined, undefined, undefined, 'finished']);
    expect(position.bestMetric).toEqual(metricOf(1));
    expect(endOf({ ...config, epochs: 9 }, position)).toBe('early-stopping');
    expect(endOf({ ...config, epochs: 9, patience: 3 }, position)).toBeUndefined();
  });

  test('does not end before frozen layers train, and gives them the whole patience', () => {
    const staged = { ...config, epochs: 9, freeze: ['*'], unfreezeAt: 5 };
    let position = firstPosition(staged);
    const ends = [1, 2, 2, 2, 2, 2].map((loss) => {
      position = runEpoch(position, loss, staged).position;
      return endOf(staged, position);
    });
    // Patience 2 is used up after epoch 3; from epoch 5 on it is used up after epoch 6.
    expect(ends).toEqual([undefined, undefined, undefined, undefined, undefined, 'early-stopping']);
  });

  test('the next rate follows epoch and batch', () => {
    const cosine = resolveTrainConfig({ ...config, schedule: 'cosine', warmupEpochs: 0.5 });
    const at = (epoch: number, batch: number): number =>
      nextRate(cosine, { ...firstPosition(cosine), epoch, batch }, 8);
    expect(at(1, 0)).toBe(0.125); // first of 4 warm-up steps
    expect(at(1, 4)).toBe(0.5);
    expect(at(3, 2)).toBeCloseTo(0.25, 12); // step 18: half way between 4 and 32
  });

  test('a plateau’s rate lives in the position', () => {
    const plateau = resolveTrainConfig({ ...config, schedule: 'plateau', plateauPatience: 1, plateauFactor: 0.5 });
    let position = firstPosition(plateau);
    const validation = { metric: metricOf(1), loss: 1, elapsedMs: 0 };
    position = afterEpoch(plateau, position, validation).position;
    expect(nextRate(plateau, position, 8)).toBe(0.5);
    position = afterEpoch(plateau, position, validation).position;
    expect(nextRate(plateau, position, 8)).toBe(0.25);
  });
});
