/** Layers that are not trainable: what stays, what moves, and that nothing is computed for what stays. */
import { describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { CompileOptions } from '../src/types.js';
import { seededBatch } from './batches.js';
import type { TestNetwork } from './configBuilder.js';
import { deviations } from './deviation.js';
import { freezings, frozen, layerOf, weightedLayers } from './frozenLayers.js';
import { engineNetworks, narrowMiniXception, tiledNetworks } from './networks.js';
import { kerasEpsilon } from './reference/adam.js';
import { ReferenceNetwork } from './reference/network.js';
import { firstDifference, trainedNumbers } from './trainedNumbers.js';

const epsilon = 1e-3;

/** Small networks in every way of freezing that leaves some layers trainable and freezes others; large ones, with fewer samples, in two. */
const cases = [
  ...engineNetworks.flatMap((network) => casesOf(network, [9, 3, 9], Object.keys(freezings))),
  ...[...tiledNetworks, narrowMiniXception].flatMap((network) =>
    casesOf(network, [3, 2], ['every second', 'the last half']),
  ),
];

function casesOf(network: TestNetwork, counts: readonly number[], ways: readonly string[]) {
  const layers = weightedLayers(network);
  return ways
    .map((way) => ({ way, names: freezings[way]!(layers).map(({ name }) => name) }))
    .filter(({ names }) => names.length > 0 && names.length < layers.length)
    .map(({ way, names }) => ({ name: `${network.name}: ${way}`, network: frozen(network, names), names, counts }));
}

describe('losses, gradients and weights of some steps are those of the reference', () => {
  test.each(cases)('$name', async ({ network, names, counts }) => {
    const { config, weights } = network;
    const reference = new ReferenceNetwork(config, weights, { adam: { epsilon: kerasEpsilon(epsilon) } });
    const engine = await compile(config, weights, { batchSize: counts[0]!, threads: 1, optimizer: { epsilon } });
    for (const [step, count] of counts.entries()) {
      const batch = seededBatch(network, step, { count, weighted: step === 1 });
      const expected = reference.trainStep(batch);
      const { loss, correct } = engine.trainStep(batch);
      const wrong = deviations(engine.readGradients(), expected.gradients, { tolerance: 1e-4, floor: 1e-2 });
      expect({ step, correct, wrong }).toEqual({ step, correct: expected.correct, wrong: [] });
      expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-5 * Math.max(1, expected.loss));
    }
    const [after, { slots }] = [engine.readWeights(), engine.readOptimizer()];
    await engine.close();
    const expected = new Map([...reference.weights].map(([name, { data }]) => [name, data]));
    expect(deviations(after, expected, { tolerance: 1e-4, floor: 1e-2 })).toEqual([]);
    const isFrozen = (name: string): boolean => names.includes(layerOf(name));
    for (const [name, weight] of after) if (isFrozen(name)) expect(weight).toEqual(weights.get(name));
    expect([...slots['firstMoments']!.keys()].filter(isFrozen)).toEqual([]);
  });
});

/** Half of a mini-Xception is frozen, in a way that leaves trainable layers on both sides of frozen ones. */
function checkered(network: TestNetwork): TestNetwork {
  const names = weightedLayers(network).map(({ name }) => name);
  return frozen(
    network,
    names.filter((_, index) => index % 3 !== 1),
  );
}

test.each([narrowMiniXception, ...tiledNetworks].map((network) => ({ name: network.name, network })))(
  '$name: the same bits with 1, 2 and 3 threads, and without vectors',
  async ({ network }) => {
    const half = checkered(network);
    const alone = await trainedNumbers(half, { threads: 1 });
    for (const options of [{ threads: 2 }, { threads: 3 }, { threads: 1, simd: false }]) {
      const other = await trainedNumbers(half, options);
      expect({ options, firstDifference: firstDifference(alone, other) }).toEqual({ options, firstDifference: -1 });
    }
  },
);

test('with every normalisation frozen, training sees what prediction sees', async () => {
  const names = weightedLayers(narrowMiniXception).filter(({ class_name: kind }) => kind === 'BatchNormalization');
  const network = frozen(
    narrowMiniXception,
    names.map(({ name }) => name),
  );
  const engine = await compile(network.config, network.weights, { batchSize: 9, threads: 1 });
  const batch = seededBatch(network, 0, { count: 9 });
  const probabilities = engine.predict(batch.images, 9);
  const { loss } = engine.trainStep({ ...batch, learningRate: 0 });
  const penalty = engine.regularizationLoss();
  await engine.close();
  const losses = [...batch.labels].map((label, i) => -Math.log(probabilities[i * network.classes + label]!));
  expect(loss - penalty).toBeCloseTo(losses.reduce((sum, one) => sum + one, 0) / 9, 5);
});

test('the backward pass ends at the first trainable layer, and takes neither code nor memory for what is behind', async () => {
  const layers = weightedLayers(narrowMiniXception).map(({ name }) => name);
  const last = layers.at(-1)!;
  const measure = async (network: TestNetwork) => {
    const engine = await compile(network.config, network.weights, { batchSize: 9, threads: 1, profile: true });
    engine.trainStep(seededBatch(network, 0, { count: 9 }));
    const backward = engine.readProfile().filter(({ pass, layer }) => pass === 'backward' && layer !== '');
    await engine.close();
    return { layers: new Set(backward.map(({ layer }) => layer)), ...engine.build };
  };
  const whole = await measure(narrowMiniXception);
  const head = await measure(frozen(narrowMiniXception, layers.slice(0, -1)));
  expect(layers.filter((name) => !whole.layers.has(name))).toEqual([]);
  expect(layers.filter((name) => head.layers.has(name))).toEqual([last]);
  for (const part of ['optimizer', 'partialSums', 'tensors'] as const) {
    expect(head.memory[part]).toBeLessThan(whole.memory[part] / 2);
  }
  expect(head.codeBytes).toBeLessThan(whole.codeBytes);
});

describe('the penalty of frozen kernels', () => {
  const { weights } = narrowMiniXception;
  const layers = weightedLayers(narrowMiniXception);
  const regularised = layers.filter(({ config }) => config['kernel_regularizer']).map(({ name }) => name);

  test('is part of the loss, which is the same function whatever is trained', async () => {
    expect(regularised.length).toBeGreaterThan(0);
    const lossOf = async ({ config }: TestNetwork): Promise<number> => {
      const engine = await compile(config, weights, { batchSize: 9, threads: 1 });
      const loss = engine.regularizationLoss();
      await engine.close();
      return loss;
    };
    const whole = await lossOf(narrowMiniXception);
    expect(whole).toBeGreaterThan(0);
    expect(await lossOf(frozen(narrowMiniXception, regularised))).toBe(whole);
  });
});

test('a frozen network that is only predicted with is the same to the bit', async () => {
  const { images } = seededBatch(narrowMiniXception, 0, { count: 9 });
  const outputs = await Promise.all(
    [narrowMiniXception, checkered(narrowMiniXception)].map(async ({ config, weights }) => {
      const engine = await compile(config, weights, { batchSize: 9, threads: 1, inferenceOnly: true });
      const output = engine.predict(images, 9);
      await engine.close();
      return output;
    }),
  );
  expect(outputs[1]).toEqual(outputs[0]);
});

test('a network in which nothing is trainable cannot be trained, only run', async () => {
  const { config, weights } = frozen(
    narrowMiniXception,
    weightedLayers(narrowMiniXception).map(({ name }) => name),
  );
  const options: CompileOptions = { batchSize: 1, threads: 1 };
  await expect(compile(config, weights, options)).rejects.toMatchObject({
    code: 'MODEL_UNSUPPORTED',
    message: expect.stringMatching(/a layer with weights that is trainable.*inferenceOnly/) as unknown,
  });
  const engine = await compile(config, weights, { ...options, inferenceOnly: true });
  expect(engine.predict(seededBatch(narrowMiniXception, 0, { count: 1 }).images, 1)).toHaveLength(7);
  await engine.close();
});
