import { expect, test } from '@jest/globals';
import { estimateRun } from '../../src/doctor/estimate.js';

const timing = (median: number, images: number) => {
  return { milliseconds: { lower: median, median, upper: median }, imagesPerSecond: (1000 * images) / median };
};

test('50 epochs of 225 steps and 3,589 images to validate', () => {
  const measurement = {
    arch: 'mini-xception',
    batchSize: 128,
    inference: timing(64, 128),
    trainingStep: timing(100, 128),
  };
  // 22.5 s of steps and 3,589 images at 2,000 a second in each epoch.
  expect(estimateRun(measurement)).toEqual({ epochs: 50, stepsPerEpoch: 225, milliseconds: 50 * (22_500 + 1794.5) });
});
