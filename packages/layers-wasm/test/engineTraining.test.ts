/** Every optimizer and training option: against the reference, for any number of threads, and resumed. */
import { describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { NamedWeights, Network } from '../src/types.js';
import { seededBatch } from './batches.js';
import { deviation, deviations } from './deviation.js';
import { ReferenceNetwork } from './reference/network.js';
import {
  trainedBatchSize as batchSize,
  trainedNetwork,
  trainingBatch,
  trainingCases,
  type TrainingCase,
} from './trainingCases.js';

const { config, weights } = trainedNetwork;
const trainable = [...weights.keys()].filter((name) => !name.includes('/moving_')).sort();
const steps = 20;

function compiled({ options }: TrainingCase, start: NamedWeights = weights, threads = 1): Promise<Network> {
  return compile(config, start, { ...options, batchSize, threads });
}

/** All that a step changes. */
function everything(network: Network, { options }: TrainingCase) {
  const averages = options.averageDecay === undefined ? undefined : network.readAverages();
  return { weights: network.readWeights(), optimizer: network.readOptimizer(), averages };
}

const arrays = (tensors: ReadonlyMap<string, { readonly data: Float64Array }>): Map<string, Float64Array> =>
  new Map([...tensors].map(([name, { data }]) => [name, data]));

describe.each(trainingCases)('$name', (trained) => {
  test(`${steps} steps as the reference makes them`, async () => {
    const engine = await compiled(trained);
    const reference = new ReferenceNetwork(config, weights, trained.reference);
    for (let step = 0; step < steps; step++) {
      const batch = trainingBatch(step, trained);
      const expected = reference.trainStep(batch);
      const { loss, correct } = engine.trainStep(batch);
      const wrong = deviations(engine.readGradients(), expected.gradients, { tolerance: 1e-4, floor: 1e-2 });
      expect({ step, correct, wrong }).toEqual({ step, correct: expected.correct, wrong: [] });
      expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-5 * Math.max(1, expected.loss));
    }
    const { optimizer, averages, ...end } = everything(engine, trained);
    await engine.close();
    const tolerance = { tolerance: 1e-4, floor: 1e-2 };
    expect(deviations(end.weights, arrays(reference.weights), tolerance)).toEqual([]);
    expect(optimizer.step).toBe(steps);
    expect(Object.keys(optimizer.slots)).toEqual(trained.slots);
    for (const [slot, values] of Object.entries(reference.optimizer.slots)) {
      expect({ slot, wrong: deviations(optimizer.slots[slot]!, values, { tolerance: 1e-4, floor: 1e-3 }) }).toEqual({
        slot,
        wrong: [],
      });
    }
    for (const name of averages ? trainable : []) {
      expect(deviation(averages!.get(name)!.data, reference.average!.values.get(name)!, 1e-2)).toBeLessThan(1e-4);
    }
  });

  test('the same bits with 1, 2 and 3 threads', async () => {
    const results = [];
    for (const threads of [1, 2, 3]) {
      const engine = await compiled(trained, weights, threads);
      for (let step = 0; step < 4; step++) engine.trainStep(trainingBatch(step, trained));
      results.push(everything(engine, trained));
      await engine.close();
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  test('resumed from weights and optimizer, it goes on to the bit', async () => {
    const first = await compiled(trained);
    [0, 1, 2].forEach((step) => first.trainStep(trainingBatch(step, trained)));
    const { weights: start, optimizer } = structuredClone(everything(first, trained));
    const resumed = await compiled(trained, start);
    resumed.writeOptimizer(optimizer);
    expect(everything(resumed, trained)).toEqual(everything(first, trained));
    const results = [first, resumed].map((engine) => {
      const losses = [3, 4].map((step) => engine.trainStep(trainingBatch(step, trained)));
      return { losses, ...everything(engine, trained) };
    });
    await Promise.all([first.close(), resumed.close()]);
    expect(results[1]).toEqual(results[0]);
  });
});

test('a network that has diverged has no correct answers, whatever the labels are', async () => {
  const batch = seededBatch(trainedNetwork, 0, { count: batchSize });
  const bias = [...weights.keys()].findLast((name) => name.endsWith('/bias'))!;
  const { shape, data } = weights.get(bias)!;
  const engine = await compile(config, weights, { batchSize, threads: 1 });
  for (const broken of [NaN, Infinity, -Infinity]) {
    for (let label = 0; label < trainedNetwork.classes; label++) {
      engine.writeWeights(
        new Map(weights).set(bias, { shape, data: data.map((value, i) => (i === label ? broken : value)) }),
      );
      const labels = new Uint8Array(batchSize).fill(label);
      expect(engine.trainStep({ ...batch, labels, learningRate: 0 }).correct).toBe(0);
    }
  }
  await engine.close();
});
