/** Layers that are not trainable, and an optimizer that is carried to a network of which other layers train. */
import { expect, test } from '@jest/globals';
import type { CompiledModel, OptimizerState } from '../../../src/engine/engine.js';
import type { NamedWeights } from '../../../src/model/modelFile.js';
import { weightedLayers, withFrozenLayers } from '../../../src/model/trainability.js';
import { deviatingTensors, deviation } from './deviation.js';
import { faceBatch } from './faceBatches.js';
import { plainNetwork, smallShape } from './smallNetworks.js';
import { describeEngines, describeOthers, wasm, type TestedEngine } from './testedEngines.js';
import { train, trainOn, trainOnWasm, withModel, type Training } from './training.js';

const { config, weights } = plainNetwork();
const layers = weightedLayers(config);
const options = { optimizer: { epsilon: 1e-3 } };
const batchesOf = ({ workload }: TestedEngine) =>
  [0, 1, 2].map((index) => faceBatch(index, { count: workload.batchSize, shape: smallShape, learningRate: 0.01 }));

/** Names of layers that stay, by what they are. */
const freezings: Record<string, readonly string[]> = {
  'all but the last': layers.slice(0, -1),
  'every second': layers.filter((_, index) => index % 2 === 1),
  'all normalisations': layers.filter((name) => name.startsWith('batch_normalization')),
};
const stays = (name: string, frozen: readonly string[]): boolean => frozen.includes(name.split('/')[0]!);

describeOthers('training of some layers is that of wasm, frozen:', (engine) => {
  const names = Object.keys(freezings).filter((name) => engine.workload.everyCase || name === 'every second');
  test.each(names)('%s', async (freezing) => {
    const frozen = freezings[freezing]!;
    const training: Training = {
      config: withFrozenLayers(config, frozen),
      weights,
      options,
      batches: batchesOf(engine),
    };
    const [actual, expected] = [await train(engine, training), await trainOnWasm(training)];
    expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-4);
    expect(deviation(actual.after, expected.after)).toBeLessThan(1e-4);
    expect(deviatingTensors(actual.weights, expected.weights, 1e-3)).toEqual([]);
    const slots = [...actual.optimizer.slots['firstMoments']!.keys()];
    expect(slots).toEqual([...expected.optimizer.slots['firstMoments']!.keys()]);
  });
});

describeEngines('what is frozen', (engine) => {
  test('stays to the bit, moving statistics too; all else moves', async () => {
    const frozen = freezings['every second']!;
    const training = { config: withFrozenLayers(config, frozen), weights, options, batches: batchesOf(engine) };
    const after = (await train(engine, training)).weights;
    for (const [name, { data }] of after) {
      const moved = data.some((value, i) => value !== weights.get(name)!.data[i]);
      expect({ name, moved }).toEqual({ name, moved: !stays(name, frozen) });
    }
  });
});

/** Trains the last layer, then all of them with what the optimizer knows of the last. */
async function trainInStages(engine: TestedEngine) {
  const batches = batchesOf(engine);
  const head: Training = { config: withFrozenLayers(config, layers.slice(0, -1)), weights, options, batches };
  const read = async (model: CompiledModel): Promise<[NamedWeights, OptimizerState]> => {
    await trainOn(model, batches);
    return [await model.readWeights(), await model.readOptimizer()];
  };
  const [trained, state] = await withModel(engine, head, read);
  return withModel(engine, { config, weights: trained, options, batches }, async (model) => {
    await model.carryOptimizer(state);
    const carried = await model.readOptimizer();
    const { losses } = await trainOn(model, batches);
    return { carried, losses, optimizer: await model.readOptimizer() };
  });
}

describeEngines('an optimizer that is carried to more layers', (engine) => {
  test('knows which weights begin later, and keeps that', async () => {
    const { carried, optimizer } = await trainInStages(engine);
    const late = new Map(
      [...carried.slots['firstMoments']!.keys()]
        .filter((name) => stays(name, layers.slice(0, -1)))
        .map((name) => [name, 3]),
    );
    expect(late.size).toBeGreaterThan(4);
    expect(carried).toMatchObject({ step: 3, startedAt: late });
    expect(optimizer).toMatchObject({ step: 6, startedAt: late });
  });
});

describeOthers('an optimizer that is carried to more layers', (engine) => {
  test('goes on as on wasm', async () => {
    const sameWork = { ...wasm, workload: engine.workload };
    const [actual, expected] = [await trainInStages(engine), await trainInStages(sameWork)];
    expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-4);
    expect(actual.optimizer.startedAt).toEqual(expected.optimizer.startedAt);
  });
});
