/** What the training options mean, by hand: clipping, targets, moving averages. */
import { describe, expect, test } from '@jest/globals';
import { compileModule } from '../src/compiler/compileModule.js';
import { lower } from '../src/graph/lower.js';
import { compile } from '../src/index.js';
import { resolveTraining } from '../src/training/options.js';
import type { Batch, CompileOptions, NamedWeights, Network } from '../src/types.js';
import { deviation } from './deviation.js';
import { trainedBatchSize as batchSize, trainedNetwork, trainingBatch, trainingCases } from './trainingCases.js';

const { config, weights, classes } = trainedNetwork;
const [adamCase] = trainingCases;
const batchOf = (step: number): Batch => trainingBatch(step, adamCase!);

/** Compiles the network, hands it to `body` and closes it. */
async function withNetwork<T>(options: Omit<CompileOptions, 'batchSize'>, body: (network: Network) => T): Promise<T> {
  const network = await compile(config, weights, { batchSize, threads: 1, ...options });
  try {
    return body(network);
  } finally {
    await network.close();
  }
}

/** Weights after some steps. */
function trained(options: Omit<CompileOptions, 'batchSize'>, batches: readonly Batch[]): Promise<NamedWeights> {
  return withNetwork(options, (network) => {
    for (const batch of batches) network.trainStep(batch);
    return network.readWeights();
  });
}

function normOf(tensors: NamedWeights): number {
  let squares = 0;
  for (const { data } of tensors.values()) for (const value of data) squares += value * value;
  return Math.sqrt(squares);
}

const oneHot = ({ labels, count }: Batch): Float32Array =>
  Float32Array.from({ length: count * classes }, (_, i) => (labels[Math.floor(i / classes)] === i % classes ? 1 : 0));

describe('clipNorm', () => {
  test('that no gradient reaches changes no bit', async () => {
    const batches = [0, 1, 2].map(batchOf);
    expect(await trained({ clipNorm: 1e6 }, batches)).toEqual(await trained({}, batches));
  });

  test('bounds the move of plain descent, in the direction of the whole gradient', async () => {
    await withNetwork({ optimizer: { kind: 'sgd' }, clipNorm: 0.25 }, (network) => {
      network.trainStep({ ...batchOf(0), learningRate: 1 });
      const gradients = network.readGradients();
      const norm = normOf(gradients);
      expect(norm).toBeGreaterThan(0.5);
      const after = network.readWeights();
      for (const [name, { data }] of gradients) {
        const expected = data.map((g, i) => weights.get(name)!.data[i]! - (g * 0.25) / norm);
        expect(deviation(after.get(name)!.data, expected, 0.1)).toBeLessThan(1e-6);
      }
    });
  });

  test('of the tested cases is reached in some steps and not in others', async () => {
    for (const one of trainingCases.filter(({ options }) => options.clipNorm !== undefined)) {
      const clipped = await withNetwork(one.options, (network) =>
        Array.from({ length: 20 }, (_, step) => {
          network.trainStep(trainingBatch(step, one));
          return normOf(network.readGradients()) > one.options.clipNorm!;
        }),
      );
      expect([...new Set(clipped)].sort()).toEqual([false, true]);
    }
  });
});

describe('targets', () => {
  test.each([0, 0.1])('of one class each are the labels, to the bit, with smoothing %d', async (labelSmoothing) => {
    const batches = [0, 1, 2].map(batchOf);
    const soft = batches.map((batch) => ({ ...batch, targets: oneHot(batch) }));
    expect(await trained({ labelSmoothing }, soft)).toEqual(await trained({ labelSmoothing }, batches));
  });

  test('make the loss, and labels the correct answers', async () => {
    const batch = batchOf(0);
    const others = { ...batch, labels: batch.labels.map((label) => (label + 1) % classes) };
    const results = await withNetwork({}, (network) => {
      const batches = [batch, others, { ...others, targets: oneHot(batch) }];
      return batches.map((one) => network.trainStep({ ...one, learningRate: 0 }));
    });
    expect(results[2]!.loss).toBe(results[0]!.loss);
    expect(results[2]!.loss).not.toBe(results[1]!.loss);
    expect(results[2]!.correct).toBe(results[1]!.correct);
  });

  test.each([
    ['too few', new Float32Array(batchSize * classes - 1), /targets must hold 19 rows of 3 .* 57 in all, got 56/],
    ['NaN', new Float32Array(batchSize * classes).fill(NaN, 4, 5), /targets\[4\] must be a finite .* got NaN/],
    ['infinite', new Float32Array(batchSize * classes).fill(Infinity, 5, 6), /targets\[5\] .* got Infinity/],
    ['below 0', new Float32Array(batchSize * classes).fill(-0.5, 6, 7), /targets\[6\] .* got -0.5/],
  ])('that are %s are refused', async (_, targets, message) => {
    await withNetwork({}, (network) => {
      expect(() => network.trainStep({ ...batchOf(0), targets })).toThrow(message);
      expect(network.readOptimizer().step).toBe(0);
    });
  });
});

describe('the moving average', () => {
  test('begins with the weights before the first update, and leaves moving statistics as they are', async () => {
    await withNetwork({ averageDecay: 0.75 }, (network) => {
      expect(network.readAverages()).toEqual(weights);
      network.trainStep(batchOf(0));
      const after = network.readWeights();
      for (const [name, average] of network.readAverages()) {
        const current = after.get(name)!;
        const blend = current.data.map((w, i) => 0.75 * weights.get(name)!.data[i]! + 0.25 * w);
        if (name.includes('/moving_')) expect(average).toEqual(current);
        else expect(deviation(average.data, blend, 0.1)).toBeLessThan(1e-6);
      }
    });
  });

  test('begins anew with written weights, until a written optimizer brings its own', async () => {
    await withNetwork({ averageDecay: 0.75 }, (network) => {
      [0, 1].forEach((step) => network.trainStep(batchOf(step)));
      const [state, averages, current] = [network.readOptimizer(), network.readAverages(), network.readWeights()];
      network.writeWeights(current);
      expect(network.readAverages()).toEqual(current);
      network.writeOptimizer(state);
      expect(network.readAverages()).toEqual(averages);
      expect(averages).not.toEqual(current);
    });
  });

  test('does not touch the training', async () => {
    const batches = [0, 1, 2].map(batchOf);
    expect(await trained({ averageDecay: 0.9 }, batches)).toEqual(await trained({}, batches));
  });

  test('that is not kept cannot be read', async () => {
    await withNetwork({}, (network) => expect(() => network.readAverages()).toThrow(/averageDecay/));
    const lean = { inferenceOnly: true, averageDecay: 0.9 };
    await withNetwork(lean, (network) => expect(() => network.readAverages()).toThrow(/inferenceOnly/));
  });
});

test('memory is taken for the slots of the optimizer at hand only', () => {
  const bytesOf = (options: Partial<CompileOptions>): number => {
    const graph = lower(config, { training: true });
    const update = resolveTraining({ batchSize, ...options });
    const code = { simd: true, profile: false, fused: false, wide: false };
    const { arena, trainableBytes } = compileModule(graph, {
      batchSize,
      threads: 1,
      training: true,
      update,
      code,
    }).plan;
    return arena.end / trainableBytes;
  };
  const plain = bytesOf({ optimizer: { kind: 'sgd' } });
  const slots = (options: Partial<CompileOptions>): number => Math.round((bytesOf(options) - plain) * 100) / 100;
  expect(slots({ optimizer: { kind: 'sgd', momentum: 0.9 } })).toBe(1);
  expect(slots({})).toBe(2);
  expect(slots({ averageDecay: 0.9 })).toBe(3);
});
