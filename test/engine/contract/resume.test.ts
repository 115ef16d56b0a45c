/** Training that is interrupted: read, closed, compiled anew, written, gone on with. */
import { expect, test } from '@jest/globals';
import type { CompileOptions } from '../../../src/engine/engine.js';
import { deviatingTensors, deviation } from './deviation.js';
import { faceBatch } from './faceBatches.js';
import { plainNetwork, smallShape } from './smallNetworks.js';
import { describeEngines, describeOthers, wasm, type TestedEngine } from './testedEngines.js';
import { trainOn, withModel, type Training } from './training.js';

/** Everything that a run has to remember: moments, velocities, averages, the masks to come. */
const optimizers: Record<string, Partial<CompileOptions>> = {
  Adam: { optimizer: { epsilon: 1e-3 }, averageDecay: 0.9 },
  AdamW: { optimizer: { kind: 'adamw', epsilon: 1e-3 } },
  momentum: { optimizer: { kind: 'sgd', momentum: 0.9 }, averageDecay: 0.9 },
};

const casesOf = ({ workload }: TestedEngine): string[] =>
  Object.keys(optimizers).slice(0, workload.everyCase ? Infinity : 1);

function trainingOf({ workload }: TestedEngine, options: Partial<CompileOptions>): Training {
  const indices = [0, 1, 2, 3, 4, 5];
  const face = { count: workload.batchSize, shape: smallShape, learningRate: 0.01 };
  return { ...plainNetwork({ dropout: 0.25 }), options, batches: indices.map((index) => faceBatch(index, face)) };
}

/** Losses and what can be read at the end; after three steps `second` takes over. */
async function interrupted(first: TestedEngine, second: TestedEngine, training: Training) {
  const { weights, state, losses } = await withModel(first, training, async (model) => {
    const before = await trainOn(model, training.batches.slice(0, 3));
    return { weights: await model.readWeights(), state: await model.readOptimizer(), losses: before.losses };
  });
  return withModel(second, { ...training, weights }, async (model) => {
    await model.writeOptimizer(state);
    const after = await trainOn(model, training.batches.slice(3));
    return {
      losses: [...losses, ...after.losses],
      weights: await model.readWeights(),
      optimizer: await model.readOptimizer(),
    };
  });
}

function uninterrupted(engine: TestedEngine, training: Training) {
  return withModel(engine, training, async (model) => ({
    ...(await trainOn(model, training.batches)),
    weights: await model.readWeights(),
    optimizer: await model.readOptimizer(),
  }));
}

describeEngines('training that goes on after an interruption', (engine) => {
  test.each(casesOf(engine))('is the same as without: %s', async (name) => {
    const training = trainingOf(engine, optimizers[name]!);
    const whole = await uninterrupted(engine, training);
    const parts = await interrupted(engine, engine, training);
    if (engine.name === 'wasm') expect(parts.losses).toEqual(whole.losses); // the only one that promises its bits
    expect(deviation(parts.losses, whole.losses)).toBeLessThan(1e-5);
    expect(deviatingTensors(parts.weights, whole.weights, 1e-4)).toEqual([]);
    expect(parts.optimizer.step).toBe(6);
    for (const [slot, tensors] of Object.entries(whole.optimizer.slots)) {
      expect({ slot, off: deviatingTensors(parts.optimizer.slots[slot]!, tensors, 1e-4) }).toEqual({ slot, off: [] });
    }
  });

  test('would not be, without what the optimizer remembers', async () => {
    const training = trainingOf(engine, optimizers['Adam']!);
    const forgetful: TestedEngine = {
      ...engine,
      compile: async (...given) => ({ ...(await engine.compile(...given)), writeOptimizer: () => Promise.resolve() }),
    };
    const whole = await uninterrupted(engine, training);
    const parts = await interrupted(engine, forgetful, training);
    expect(deviation(parts.losses, whole.losses)).toBeGreaterThan(1e-3);
  });
});

describeOthers('a run moves between engines', (engine) => {
  test.each(casesOf(engine))('from wasm and to it: %s', async (name) => {
    const training = trainingOf(engine, optimizers[name]!);
    const expected = await uninterrupted(wasm, training);
    for (const [first, second] of [
      [wasm, engine],
      [engine, wasm],
    ] as const) {
      const { losses } = await interrupted(first, second, training);
      expect(deviation(losses, expected.losses)).toBeLessThan(1e-4);
    }
  });
});
