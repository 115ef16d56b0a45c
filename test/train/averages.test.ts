import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CompiledModel } from '../../src/engine/engine.js';
import { wasmEngine } from '../../src/engine/wasm.js';
import { initialiseWeights } from '../../src/model/initialiseWeights.js';
import { miniXception } from '../../src/model/architectures/miniXception.js';
import { Random } from '../../src/random.js';
import { duringAverages } from '../../src/train/averages.js';

const network = miniXception({ inputShape: [32, 32, 1], classes: 7 });
const count = 4;
const random = new Random(1);
const images = Float32Array.from({ length: count * 32 * 32 }, () => random.uniform(-1, 1));
const labels = Uint8Array.of(0, 1, 2, 3);

const step = (model: CompiledModel): Promise<unknown> => model.trainStep({ images, labels, count, learningRate: 0.01 });
const tensorsOf = async (model: CompiledModel) => ({
  weights: await model.readWeights(),
  optimizer: await model.readOptimizer(),
});

describe('duringAverages', () => {
  let model: CompiledModel;
  beforeAll(async () => {
    const weights = initialiseWeights(network, new Random(2));
    model = await wasmEngine.compile(network, weights, { batchSize: count, threads: 1, seed: 1, averageDecay: 0.5 });
    for (let i = 0; i < 3; i++) await step(model);
  });
  afterAll(() => model.close());

  test('lends the model its averaged weights and gives all of its own back to the bit', async () => {
    const before = await tensorsOf(model);
    const averages = await model.readAverages();
    const own = await model.predict(images, count);
    const [lent, predicted] = await duringAverages(model, before, async () => [
      await model.readWeights(),
      await model.predict(images, count),
    ]);
    expect(lent).toEqual(averages);
    expect(averages.get('conv2d_1/kernel')).not.toEqual(before.weights.get('conv2d_1/kernel'));
    expect(predicted).not.toEqual(own);
    expect(await tensorsOf(model)).toEqual(before);
    expect(await model.readAverages()).toEqual(averages);
    expect(await model.predict(images, count)).toEqual(own);
  });

  test('gives them back when the measurement fails', async () => {
    const before = await tensorsOf(model);
    const failing = duringAverages(model, before, () => Promise.reject(new Error('no measure')));
    await expect(failing).rejects.toThrow('no measure');
    expect(await tensorsOf(model)).toEqual(before);
  });

  test('training goes on as if nobody had looked', async () => {
    const start = await tensorsOf(model);
    await step(model);
    const unseen = await tensorsOf(model);
    await model.writeWeights(start.weights);
    await model.writeOptimizer(start.optimizer);
    await duringAverages(model, start, () => model.predict(images, count));
    await step(model);
    expect(await tensorsOf(model)).toEqual(unseen);
  });
});
