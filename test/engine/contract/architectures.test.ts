/** Every architecture that can be trained, from its first prediction to that after a few steps. */
import { expect, test } from '@jest/globals';
import { architectureNames, buildArchitecture } from '../../../src/model/architectures.js';
import { hashedWeights } from '../../model/architectures/hashedNumbers.js';
import { deviation } from './deviation.js';
import { classes, faceBatch } from './faceBatches.js';
import { describeOthers, patience, type Workload } from './testedEngines.js';
import { train, trainOnWasm, withModel, type Training } from './training.js';

const trainings = new Map<string, Training>();

/**
 * Small steps on the same one or two faces: Adam's move every weight in full however small its gradient, and at 1e-4 the last bit of ResNet-18's
 * weights decides its predictions beyond the tolerance; at 1e-5 its loss still falls to half. Engines with as many steps share one training.
 */
function trainingOf(name: string, { architectureImages: count, architectureSteps: steps }: Workload): Training {
  const key = `${name}/${count}/${steps}`;
  let training = trainings.get(key);
  if (!training) {
    const shape = [32, 32, 1] as const;
    const config = buildArchitecture(name, { inputShape: shape, classes });
    const batch = faceBatch(0, { count, shape, learningRate: 1e-5 });
    const batches = Array.from({ length: steps }, () => batch);
    trainings.set(key, (training = { config, weights: hashedWeights(config), batches }));
  }
  return training;
}

describeOthers('first loss of', (engine) => {
  const { everyCase, leftOut } = engine.workload;
  for (const [name, reason] of Object.entries(leftOut)) test.skip(`${name} (${reason})`, () => undefined);
  test.each(architectureNames.filter((name) => !(name in leftOut)))(
    everyCase ? '%s, later ones and predictions are those of wasm' : '%s is that of wasm',
    async (name) => {
      const training = trainingOf(name, engine.workload);
      const expected = await trainOnWasm(training);
      if (!everyCase) {
        const { loss, correct } = await withModel(engine, training, (model) => model.trainStep(training.batches[0]!));
        expect(deviation([loss], expected.losses)).toBeLessThan(1e-5);
        expect(correct).toBe(expected.correct[0]);
        return;
      }
      const actual = await train(engine, training);
      expect(expected.losses.at(-1)).not.toBeCloseTo(expected.losses[0]!, 2);
      expect(deviation(actual.before, expected.before)).toBeLessThan(1e-4);
      expect(deviation(actual.losses.slice(0, 1), expected.losses.slice(0, 1))).toBeLessThan(1e-5);
      expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-3);
      expect(actual.correct).toEqual(expected.correct);
      expect(deviation(actual.after, expected.after)).toBeLessThan(1e-4);
    },
    patience,
  );
});
