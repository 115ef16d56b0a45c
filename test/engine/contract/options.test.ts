/** Optimizers and what can be told of the loss: every option does what it does on wasm. */
import { expect, test } from '@jest/globals';
import { deviatingTensors, deviation } from './deviation.js';
import { faceBatch } from './faceBatches.js';
import { optionCases } from './optionCases.js';
import { plainNetwork, smallShape } from './smallNetworks.js';
import { describeOthers } from './testedEngines.js';
import { train, trainOnWasm, withModel, type Training } from './training.js';

/** Engines with batches of one size share their trainings. */
const casesOf = new Map([3, 6].map((count) => [count, optionCases(count)]));
const fewCases = ['AdamW', 'all at once'];

describeOthers('training is that of wasm', (engine) => {
  const { batchSize, everyCase } = engine.workload;
  const cases = casesOf.get(batchSize)!.filter(({ name }) => everyCase || fewCases.includes(name));
  test.each(cases)('with $name', async ({ training, without }) => {
    const expected = await trainOnWasm(training);
    const plain = await trainOnWasm(without);
    expect(deviation(plain.losses, expected.losses)).toBeGreaterThan(1e-3); // or the comparison would say nothing
    const actual = await train(engine, training);
    expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-4);
    expect(actual.correct).toEqual(expected.correct);
    expect(deviation([actual.penalty], [expected.penalty])).toBeLessThan(1e-5);
    expect(deviation(actual.after, expected.after)).toBeLessThan(1e-4);
    expect(deviatingTensors(actual.weights, expected.weights, 1e-3)).toEqual([]);
    expect(Object.keys(actual.optimizer.slots)).toEqual(Object.keys(expected.optimizer.slots));
    for (const [slot, tensors] of Object.entries(expected.optimizer.slots)) {
      expect({ slot, off: deviatingTensors(actual.optimizer.slots[slot]!, tensors, 1e-3) }).toEqual({ slot, off: [] });
    }
    expect(actual.optimizer.step).toBe(4);
    if (expected.averages) expect(deviatingTensors(actual.averages!, expected.averages, 1e-3)).toEqual([]);
  });
});

describeOthers('dropout', (engine) => {
  const batch = faceBatch(0, { count: engine.workload.batchSize, shape: smallShape });
  const training: Training = { ...plainNetwork({ dropout: 0.4 }), batches: [batch, batch, batch] };

  test('drops what wasm drops, in every step something else', async () => {
    const expected = await trainOnWasm(training);
    const other = await trainOnWasm({ ...training, options: { seed: 4 } });
    expect(deviation(other.losses, expected.losses)).toBeGreaterThan(1e-2);
    const actual = await train(engine, training);
    expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-4);
    expect(deviation(actual.before, expected.before)).toBeLessThan(1e-4); // where nothing is dropped
  });

  test('another seed drops something else', async () => {
    const lossOf = (seed: number): Promise<number> =>
      withModel(engine, { ...training, options: { seed } }, async (model) => (await model.trainStep(batch)).loss);
    expect(Math.abs((await lossOf(3)) - (await lossOf(4)))).toBeGreaterThan(1e-3);
  });
});
