/** What every engine refuses, and that it names what is wrong. */
import { expect, test } from '@jest/globals';
import type { LayersConfig } from '../../../src/model/modelFile.js';
import { faceBatch } from './faceBatches.js';
import { plainNetwork, smallShape } from './smallNetworks.js';
import { describeEngines } from './testedEngines.js';
import { withModel, type Training } from './training.js';

const { config, weights } = plainNetwork();
const batch = faceBatch(0, { count: 3, shape: smallShape });
const training: Training = { config, weights, batches: [batch] };
const options = { batchSize: 3, seed: 0 };

/** The same network with another class for one of its layers. */
function withClass(name: string, className: string): LayersConfig {
  const layers = config.config.layers.map((layer) =>
    layer.name === name ? { ...layer, class_name: className } : layer,
  );
  return { ...config, config: { ...config.config, layers } };
}

describeEngines('refuses', (engine) => {
  test('a layer that it does not know, by name', async () => {
    await expect(
      engine.compile(withClass('global_average_pooling2d_1', 'Lambda'), weights, options),
    ).rejects.toMatchObject({
      name: 'FerError',
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringMatching(/"global_average_pooling2d_1".*Lambda/),
    });
  });

  test('weights of which one is missing or has another shape', async () => {
    const missing = new Map(weights);
    missing.delete('dense_1/kernel');
    const misshapen = new Map(weights).set('dense_1/kernel', { shape: [2, 2], data: new Float32Array(4) });
    for (const given of [missing, misshapen]) {
      const refusal = { name: 'FerError', code: 'MODEL_INVALID', message: expect.stringContaining('dense_1/kernel') };
      await expect(engine.compile(config, given, options)).rejects.toMatchObject(refusal);
      await withModel(engine, training, async (model) => {
        await expect(model.writeWeights(given)).rejects.toMatchObject(refusal);
        expect(await model.readWeights()).toEqual(weights);
      });
    }
  });

  test('more images than it was compiled for, fewer than there should be, and labels of no class', async () => {
    await withModel(engine, training, async (model) => {
      const { images } = batch;
      await expect(model.predict(new Float32Array((4 * images.length) / 3), 4)).rejects.toThrow(/count .* 3, got 4/);
      await expect(model.predict(images, 0)).rejects.toThrow(/count .* got 0/);
      await expect(model.predict(images.slice(1), 3)).rejects.toThrow(/images .* got/);
      await expect(model.trainStep({ ...batch, images: images.slice(1) })).rejects.toThrow(/images .* got/);
      await expect(model.trainStep({ ...batch, count: 4 })).rejects.toThrow(/count .* 3, got 4/);
      await expect(model.trainStep({ ...batch, labels: Uint8Array.of(0, 7, 1) })).rejects.toThrow(
        /labels\[1\] .* got 7/,
      );
      await expect(model.trainStep({ ...batch, targets: new Float32Array(20) })).rejects.toThrow(/targets .* got 20/);
      await expect(model.trainStep({ ...batch, learningRate: NaN })).rejects.toThrow(/learningRate .* got NaN/);
      expect(await model.readWeights()).toEqual(weights); // nothing of it was a step
      expect((await model.readOptimizer()).step).toBe(0);
    });
  });

  test('averages that are not kept, and the state of another optimizer', async () => {
    await withModel(engine, training, async (model) => {
      await expect(model.readAverages()).rejects.toThrow(/averageDecay/);
      const refusal = { name: 'FerError', code: 'MODEL_INVALID' };
      await expect(model.writeOptimizer({ step: 1, slots: {} })).rejects.toMatchObject(refusal);
      await expect(model.carryOptimizer({ step: 1, slots: {} })).rejects.toMatchObject(refusal);
    });
  });

  test('to train a network without a softmax at its end, which it runs', async () => {
    const headless = structuredClone(config);
    headless.config.layers.at(-1)!.config['activation'] = 'relu';
    await expect(engine.compile(headless, weights, options)).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('softmax'),
    });
    const inference = { ...training, config: headless, options: { inferenceOnly: true } };
    await withModel(engine, inference, async (model) => {
      expect((await model.predict(batch.images, 3)).every((value) => value >= 0)).toBe(true);
    });
  });
});
