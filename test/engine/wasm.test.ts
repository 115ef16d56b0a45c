import { describe, expect, test } from '@jest/globals';
import type { CompiledModel } from '../../src/engine/engine.js';
import { wasmEngine } from '../../src/engine/wasm.js';
import { initialiseWeights } from '../../src/model/initialiseWeights.js';
import { miniXception } from '../../src/model/miniXception.js';
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
          return model.readWeights();
        }),
      ),
    );
    expect(bits[0]).toEqual(bits[1]);
  });

  test('a step that was promised is kept, also when close is called before it is waited for', async () => {
    const batch = { images, labels, count, learningRate: 0.01 };
    const expected = await withModel(2, (model) => model.trainStep(batch));
    const model = await wasmEngine.compile(config, weights, { batchSize: count, threads: 2, seed: 3 });
    const step = model.trainStep(batch);
    await Promise.all([model.close(), model.close()]);
    expect(await step).toEqual(expected);
    await expect(model.trainStep(batch)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => model.readWeights()).toThrow(/closed/);
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
    await withModel(1, (model) => {
      expect(() => model.writeWeights(incomplete)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
      return Promise.resolve();
    });
  });
});
