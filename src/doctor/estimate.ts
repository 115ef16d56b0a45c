/** From a few measured calls to the time of a whole training run. */
import type { EngineMeasurement } from '../bench/measureEngine.js';

/** FER-2013 with the settings of `fer train`. */
export const estimatedRun = { epochs: 50, trainingRows: 28_709, validationRows: 3_589 } as const;

export interface RunEstimate {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Of the run: `epochs * (stepsPerEpoch * step + validationRows / imagesPerSecond)`. */
  readonly milliseconds: number;
}

/**
 * The time of training steps and validation alone: reading the data, augmentation where it is slower than the step, checkpoints, and an
 * early end are left out.
 */
export function estimateRun({ batchSize, trainingStep, inference }: EngineMeasurement): RunEstimate {
  const { epochs, trainingRows, validationRows } = estimatedRun;
  const stepsPerEpoch = Math.ceil(trainingRows / batchSize);
  const validation = (1000 * validationRows) / inference.imagesPerSecond;
  return {
    epochs,
    stepsPerEpoch,
    milliseconds: epochs * (stepsPerEpoch * trainingStep.milliseconds.median + validation),
  };
}
