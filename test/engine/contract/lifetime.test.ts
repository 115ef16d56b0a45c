/** From compile to close: steps that queue, models side by side, what is read and written in between. */
import { expect, test } from '@jest/globals';
import type { CompiledModel, OptimizerState, TrainingBatch } from '../../../src/engine/engine.js';
import type { NamedWeights } from '../../../src/model/modelFile.js';
import { deviation } from './deviation.js';
import { faceBatch } from './faceBatches.js';
import { plainNetwork, smallShape } from './smallNetworks.js';
import { describeEngines, type TestedEngine } from './testedEngines.js';
import { trainOn, withModel, type Training } from './training.js';

const trainingOf = ({ workload }: TestedEngine): Training => ({
  ...plainNetwork(),
  options: { averageDecay: 0.9 },
  batches: [0, 1, 2].map((index) => faceBatch(index, { count: workload.batchSize, shape: smallShape })),
});

describeEngines('steps that are called before the last is answered', (engine) => {
  const training = trainingOf(engine);

  test('are made in order, with the batches as they were at the call', async () => {
    const alone = await withModel(engine, training, (model) => trainOn(model, training.batches));
    const queued = await withModel(engine, training, async (model) => {
      const answered: number[] = [];
      const steps = training.batches.map(async (batch, index) => {
        const reused = { ...batch, images: batch.images.slice(), labels: batch.labels.slice() };
        const step = model.trainStep(reused);
        reused.images.fill(NaN);
        reused.labels.fill(0);
        const { loss } = await step;
        answered.push(index);
        return loss;
      });
      const losses = await Promise.all(steps);
      expect(answered).toEqual([0, 1, 2]);
      return losses;
    });
    expect(deviation(queued, alone.losses)).toBeLessThan(1e-5);
  });

  test('are kept when close is called behind them; every later call says that the model is closed', async () => {
    const { loss } = await withModel(engine, training, (model) => model.trainStep(training.batches[0]!));
    const [weights, state] = await withModel(
      engine,
      training,
      async (model): Promise<[NamedWeights, OptimizerState]> => {
        return [await model.readWeights(), await model.readOptimizer()];
      },
    );
    const late = await withModel(engine, training, async (model) => {
      const step = model.trainStep(training.batches[0]!);
      await Promise.all([model.close(), model.close()]);
      expect(deviation([(await step).loss], [loss])).toBeLessThan(1e-5);
      return model;
    });
    const calls: Record<string, (model: CompiledModel) => Promise<unknown>> = {
      trainStep: (model) => model.trainStep(training.batches[0]!),
      predict: (model) => model.predict(training.batches[0]!.images, 1),
      regularizationLoss: (model) => model.regularizationLoss(),
      readWeights: (model) => model.readWeights(),
      writeWeights: (model) => model.writeWeights(weights),
      readAverages: (model) => model.readAverages(),
      readOptimizer: (model) => model.readOptimizer(),
      writeOptimizer: (model) => model.writeOptimizer(state),
      carryOptimizer: (model) => model.carryOptimizer(state),
    };
    for (const [name, call] of Object.entries(calls)) {
      const said = await call(late).then(
        () => 'nothing',
        (error: unknown) => String(error),
      );
      expect({ name, said }).toEqual({ name, said: expect.stringMatching(/closed/) });
    }
  });
});

describeEngines('two models at once', (engine) => {
  test('give what each gives alone', async () => {
    const first = trainingOf(engine);
    const second: Training = {
      ...plainNetwork({ dropout: 0.2 }),
      options: { optimizer: { kind: 'sgd' } },
      batches: first.batches.toReversed().map((batch) => ({ ...batch, learningRate: 0.05 })),
    };
    const alone = [first, second].map((training) =>
      withModel(engine, training, (model) => trainOn(model, training.batches)),
    );
    const expected = [(await alone[0]!).losses, (await alone[1]!).losses];
    const together = await withModel(engine, first, (one) =>
      withModel(engine, second, async (other) => {
        const losses: [number[], number[]] = [[], []];
        for (const [index, batch] of first.batches.entries()) {
          const steps = [one.trainStep(batch), other.trainStep(second.batches[index]!)] as const;
          losses[0].push((await steps[0]).loss);
          losses[1].push((await steps[1]).loss);
        }
        return losses;
      }),
    );
    expect(deviation(together[0], expected[0]!)).toBeLessThan(1e-5);
    expect(deviation(together[1], expected[1]!)).toBeLessThan(1e-5);
  });
});

describeEngines('weights', (engine) => {
  const training = trainingOf(engine);
  const [batch] = training.batches as [TrainingBatch];

  test('come back to the bit, and are copies', async () => {
    await withModel(engine, training, async (model) => {
      const read = await model.readWeights();
      expect(read).toEqual(training.weights);
      await model.trainStep(batch);
      expect(read).toEqual(training.weights);
      expect(await model.readWeights()).not.toEqual(training.weights);
    });
  });

  test('that are written are those of the next call, and the average begins anew from them', async () => {
    await withModel(engine, training, async (model) => {
      const [first, before] = [await model.trainStep(batch), await model.predict(batch.images, batch.count)];
      await trainOn(model, training.batches);
      await model.writeWeights(training.weights);
      expect(await model.readWeights()).toEqual(training.weights);
      expect(await model.readAverages()).toEqual(training.weights);
      const again = await model.trainStep({ ...batch, learningRate: 0 });
      expect(deviation([again.loss], [first.loss])).toBeLessThan(1e-5);
      const after = await model.predict(batch.images, batch.count);
      expect(deviation(after, before)).toBeGreaterThan(1e-5); // the update of the first step is gone
    });
  });
});
