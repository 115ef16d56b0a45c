/** Every architecture that can be trained, from its first prediction to that after a few steps. */
import { expect, test } from '@jest/globals';
import { architectureNames, buildArchitecture } from '../../../src/model/architectures.js';
import { initialiseWeights } from '../../../src/model/initialiseWeights.js';
import { Random } from '../../../src/random.js';
import { deviation } from './deviation.js';
import { classes, faceBatch } from './faceBatches.js';
import { describeOthers } from './testedEngines.js';
import { train, trainOnWasm, type Training } from './training.js';

const trainings = new Map<string, Training>();

/** Steps on the same two faces, so that no statistic of a batch hides a mistake. Engines with as many steps share one training. */
function trainingOf(name: string, steps: number): Training {
  const key = `${name}/${steps}`;
  let training = trainings.get(key);
  if (!training) {
    const shape = [32, 32, 1] as const;
    const config = buildArchitecture(name, { inputShape: shape, classes });
    const batch = faceBatch(0, { count: 2, shape, learningRate: 1e-4 });
    const batches = Array.from({ length: steps }, () => batch);
    trainings.set(key, (training = { config, weights: initialiseWeights(config, new Random(19)), batches }));
  }
  return training;
}

describeOthers('first loss, later ones and predictions are those of wasm', (engine) => {
  test.each(architectureNames)('%s', async (name) => {
    const training = trainingOf(name, engine.workload.architectureSteps);
    const [actual, expected] = [await train(engine, training), await trainOnWasm(training)];
    expect(deviation(actual.before, expected.before)).toBeLessThan(1e-4);
    expect(deviation(actual.losses.slice(0, 1), expected.losses.slice(0, 1))).toBeLessThan(1e-5);
    expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-3);
    expect(actual.correct).toEqual(expected.correct);
    expect(deviation(actual.after, expected.after)).toBeLessThan(1e-4);
  });
});
