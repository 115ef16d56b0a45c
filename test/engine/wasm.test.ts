import { describe, expect, test } from '@jest/globals';
import type { CompiledModel } from '../../src/engine/engine.js';
import { wasmEngine } from '../../src/engine/wasm.js';
import { initialiseWeights } from '../../src/model/initialiseWeights.js';
import { miniXception } from '../../src/model/architectures/miniXception.js';
import { withFrozenLayers } from '../../src/model/trainability.js';
import { Random } from '../../src/random.js';

const config = miniXception({ inputShape: [32, 32, 1], classes: 3 });
const weights = initialiseWeights(config, new Random(1));
const random = new Random(2);
const count = 6;
const images = Float32Array.from({ length: count * 32 * 32 }, () => random.uniform(-1, 1));
const labels = Uint8Array.of(0, 1, 2, 0, 1, 2);

async function withModel<T>(threads: number, use: (model: CompiledModel) => Promise<T>): Promise<T> {
  const model = await wasmEngine.compile(config, weights, { batchSize: count, threads, seed: 3 });
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}

describe('wasmEngine', () => {
  test('learns a batch by heart and predicts it', async () => {
    await withModel(2, async (model) => {
      const losses: number[] = [];
      for (let step = 0; step < 40; step++) {
        const { loss } = await model.trainStep({ images, labels, count, learningRate: 0.01 });
        losses.push(loss);
      }
      expect(losses.at(-1)).toBeLessThan(0.3 * losses[0]!);
      const { correct } = await model.trainStep({ images, labels, count, learningRate: 0 });
      expect(correct).toBe(count);
      const probabilities = await model.predict(images, count);
      for (let i = 0; i < count; i++) {
        const sum = probabilities.slice(i * 3, i * 3 + 3).reduce((a, b) => a + b);
        expect(sum).toBeCloseTo(1, 6);
      }
    });
  });

  test('a sample weight of 0 takes an image out of the gradient', async () => {
    const bits = await Promise.all(
      [0, 2].map((label) =>
        withModel(1, async (model) => {
          const sampleWeights = Float32Array.of(1, 1, 1, 1, 1, 0);
          const relabelled = Uint8Array.of(0, 1, 2, 0, 1, label);
          await model.trainStep({ images, labels: relabelled, count, sampleWeights, learningRate: 0.01 });
          return await model.readWeights();
        }),
      ),
    );
    expect(bits[0]).toEqual(bits[1]);
  });

  test('hands on every training option and what is kept for it', async () => {
    const options = { batchSize: count, threads: 1, seed: 3, clipNorm: 0.1, labelSmoothing: 0.2, averageDecay: 0.5 };
    const momentum = { ...options, optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true } } as const;
    const model = await wasmEngine.compile(config, weights, momentum);
    try {
      const targets = new Float32Array(count * 3).fill(1 / 3);
      const { loss } = await model.trainStep({ images, labels, targets, count, learningRate: 0.5 });
      const state = await model.readOptimizer();
      expect(Object.keys(state.slots)).toEqual(['velocities', 'averages']);
      const squares = [...state.slots['velocities']!.values()].flatMap(({ data }) => [...data].map((v) => v * v));
      expect(Math.sqrt(squares.reduce((a, b) => a + b))).toBeCloseTo(0.5 * 0.1, 6); // rate * clipNorm
      const [before, after] = [weights, await model.readWeights()].map(
        (tensors) => tensors.get('conv2d_1/kernel')!.data,
      );
      const average = (await model.readAverages()).get('conv2d_1/kernel')!.data;
      average.forEach((a, i) => expect(a).toBeCloseTo((before![i]! + after![i]!) / 2, 6));
      expect(loss).toBeGreaterThan(Math.log(3)); // the least that uniform targets allow, which smoothing leaves as they are
      const slots = { velocities: state.slots['velocities']! };
      await expect(model.writeOptimizer({ step: 1, slots })).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    } finally {
      await model.close();
    }
  });

  test('hands on rates of single weights, frozen layers and an optimizer that is carried to others', async () => {
    const options = { batchSize: count, threads: 1, seed: 3 };
    const batch = { images, labels, count, learningRate: 0.01 };
    const frozen = withFrozenLayers(config, ['conv2d_1']);
    const learningRateFactors = new Map([['conv2d_2/kernel', 0]]);
    const first = await wasmEngine.compile(frozen, weights, { ...options, learningRateFactors });
    await first.trainStep(batch);
    const [after, state] = [await first.readWeights(), await first.readOptimizer()];
    await first.close();
    for (const name of ['conv2d_1/kernel', 'conv2d_2/kernel']) expect(after.get(name)).toEqual(weights.get(name));
    expect(after.get('conv2d_3/kernel')).not.toEqual(weights.get('conv2d_3/kernel'));
    const second = await wasmEngine.compile(config, after, options);
    try {
      await second.carryOptimizer(state);
      expect((await second.readOptimizer()).startedAt).toEqual(new Map([['conv2d_1/kernel', 1]]));
      await expect(second.carryOptimizer({ step: 1, slots: {} })).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    } finally {
      await second.close();
    }
  });

  test('tells which code runs, and with profile what each layer takes', async () => {
    const options = { batchSize: count, threads: 1, seed: 3 };
    const model = await wasmEngine.compile(config, weights, { ...options, profile: true });
    try {
      expect(model.inspection!.build).toMatchObject({ threads: 1, simd: true, fast: false, wide: false });
      await model.trainStep({ images, labels, count, learningRate: 0.01 });
      const layers = new Set(model.inspection!.readProfile().map(({ layer }) => layer));
      expect([...layers]).toEqual(expect.arrayContaining(['conv2d_1', 'separable_conv2d_8', 'batch_normalization_14']));
      expect(model.inspection!.readProfile()).toEqual([]); // nothing was called since
    } finally {
      await model.close();
    }
  });

  test('a step that was promised is kept, also when close is called before it is waited for', async () => {
    const batch = { images, labels, count, learningRate: 0.01 };
    const expected = await withModel(2, (model) => model.trainStep(batch));
    const model = await wasmEngine.compile(config, weights, { batchSize: count, threads: 2, seed: 3 });
    const step = model.trainStep(batch);
    await Promise.all([model.close(), model.close()]);
    expect(await step).toEqual(expected);
    await expect(model.trainStep(batch)).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(model.readWeights()).rejects.toThrow(/closed/);
  });

  test('turns refusals of the engine into FerErrors that name layer and weight', async () => {
    const odd = structuredClone(config);
    odd.config.layers[1]!.class_name = 'Lambda';
    await expect(wasmEngine.compile(odd, weights, { batchSize: 1, seed: 0 })).rejects.toMatchObject({
      name: 'FerError',
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('"conv2d_1" (Lambda)'),
    });
    const incomplete = new Map(weights);
    incomplete.delete('conv2d_1/kernel');
    await expect(wasmEngine.compile(config, incomplete, { batchSize: 1, seed: 0 })).rejects.toMatchObject({
      name: 'FerError',
      code: 'MODEL_INVALID',
      message: expect.stringContaining('conv2d_1/kernel'),
    });
    await withModel(1, (model) =>
      expect(model.writeWeights(incomplete)).rejects.toMatchObject({ code: 'MODEL_INVALID' }),
    );
  });
});
