/** The loss curve of mini-Xception over 20 steps of Adam at its usual settings. */
import { expect, test } from '@jest/globals';
import { miniXception } from '../../../src/model/architectures/miniXception.js';
import { initialiseWeights } from '../../../src/model/initialiseWeights.js';
import { Random } from '../../../src/random.js';
import { deviation } from './deviation.js';
import { classes, faceBatch } from './faceBatches.js';
import { describeOthers, patience } from './testedEngines.js';
import { train, trainOnWasm, type Training } from './training.js';

/**
 * A rounding may turn a rectifier or a maximum the other way, and Adam makes whole steps of it: on most batches the last bit of the weights
 * moves the curve by more than the tolerance within 20 steps. These are batches and weights that it does not: multiplying every weight by
 * 1 +- 1e-6 moves the curve of the first by 2e-6 and that of the second by 2e-4.
 */
const curves: Record<string, Training> = {
  'two faces of 32x32 at 1e-3': curveOf({ size: 32, count: 2, learningRate: 1e-3, seed: 19 }),
  '16 faces of 48x48 at 1e-4': curveOf({ size: 48, count: 16, learningRate: 1e-4, seed: 4 }),
};

interface Curve {
  readonly size: number;
  readonly count: number;
  readonly learningRate: number;
  /** Of the weights. */
  readonly seed: number;
}

function curveOf({ size, count, learningRate, seed }: Curve): Training {
  const shape = [size, size, 1] as const;
  const config = miniXception({ inputShape: shape, classes });
  const batches = [0, 1, 2, 3].map((index) => faceBatch(index, { count, shape, learningRate }));
  const steps = Array.from({ length: 20 }, (_, step) => batches[step % batches.length]!);
  return { config, weights: initialiseWeights(config, new Random(seed)), batches: steps };
}

describeOthers('20 steps of mini-Xception go as on wasm', (engine) => {
  const names = Object.keys(curves).slice(0, engine.workload.everyCase ? 2 : 1);
  test.each(names)(
    '%s',
    async (name) => {
      const [actual, expected] = [await train(engine, curves[name]!), await trainOnWasm(curves[name]!)];
      expect(expected.losses.at(-1)).toBeLessThan(0.75 * expected.losses[0]!);
      expect(deviation(actual.losses.slice(0, 1), expected.losses.slice(0, 1))).toBeLessThan(1e-5);
      expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-3);
      expect(deviation(actual.before, expected.before)).toBeLessThan(1e-4);
      expect(deviation(actual.after, expected.after)).toBeLessThan(1e-4);
      expect(actual.correct).toEqual(expected.correct);
    },
    patience,
  );
});
