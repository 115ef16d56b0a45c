/** Batches of any size, images of any size, and models that only predict. */
import { expect, test } from '@jest/globals';
import { NetworkBuilder } from '../../../src/model/architectures/networkBuilder.js';
import { hashedWeights } from '../../model/architectures/hashedNumbers.js';
import { deviatingTensors, deviation } from './deviation.js';
import { classes, faceBatch } from './faceBatches.js';
import { plainNetwork, smallShape } from './smallNetworks.js';
import { describeEngines, describeOthers } from './testedEngines.js';
import { train, trainOnWasm, withModel, type Training } from './training.js';

const faces = (index: number, count: number) => faceBatch(index, { count, shape: smallShape, learningRate: 0.01 });

describeOthers('batches of other sizes', (engine) => {
  const { batchSize } = engine.workload;
  const options = { optimizer: { epsilon: 1e-3 } };

  test('a single image, short batches and full ones in turns give what they give on wasm', async () => {
    const counts = [1, batchSize, 1, batchSize - 1];
    const training: Training = {
      ...plainNetwork(),
      options,
      batches: counts.map((count, index) => faces(index, count)),
    };
    const [actual, expected] = [await train(engine, training), await trainOnWasm(training)];
    expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-4);
    expect(actual.correct).toEqual(expected.correct);
    expect(deviatingTensors(actual.weights, expected.weights, 1e-3)).toEqual([]);
  });

  test(`images of ${engine.workload.colourShape.join('x')}`, async () => {
    const training = colourTraining(engine.workload.colourShape);
    const [actual, expected] = [await train(engine, training), await trainOnWasm(training)];
    expect(deviation(actual.before, expected.before)).toBeLessThan(1e-4);
    expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-4);
    expect(deviation(actual.after, expected.after)).toBeLessThan(1e-4);
  });
});

/** A network for colours: the architectures take grey only. */
function colourTraining(shape: readonly [number, number, number]): Training {
  const net = new NetworkBuilder('colours', shape);
  const stem = net.conv2D(net.input, { filters: 6, kernelSize: 5, strides: 2, padding: 'same', useBias: true });
  const pooled = net.maxPooling2D(net.relu(net.batchNormalization(stem)));
  const config = net.finish(net.dense(net.globalAveragePooling2D(net.separableConv2D(pooled, 10)), { units: classes }));
  const batches = [0, 1, 2].map((index) => faceBatch(index, { count: 2, shape, learningRate: 0.01 }));
  return { config, weights: hashedWeights(config), options: { optimizer: { kind: 'sgd' } }, batches };
}

describeEngines('batches in memory that threads share', (engine) => {
  const batch = faces(0, engine.workload.batchSize);

  test('give what others give: training prepares its batches so', async () => {
    const { labels, count, learningRate } = batch;
    const images = new Float32Array(new SharedArrayBuffer(batch.images.byteLength));
    images.set(batch.images);
    const sharedLabels = new Uint8Array(new SharedArrayBuffer(count));
    sharedLabels.set(labels);
    const sharedWeights = new Float32Array(new SharedArrayBuffer(4 * count)).fill(1);
    const shared = { images, labels: sharedLabels, count, sampleWeights: sharedWeights, learningRate };
    const training: Training = { ...plainNetwork(), batches: [batch, batch] };
    const [actual, expected] = [
      await train(engine, { ...training, batches: [shared, shared] }),
      await train(engine, training),
    ];
    expect(deviation(actual.before, expected.before)).toBeLessThan(1e-6);
    expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-6);
  });
});

describeEngines('predictions', (engine) => {
  const { batchSize } = engine.workload;
  const training: Training = { ...plainNetwork({ dropout: 0.5 }), batches: [faces(0, batchSize)] };
  const { images } = faces(5, batchSize);

  test('of an image do not depend on those beside it', async () => {
    await withModel(engine, training, async (model) => {
      const together = await model.predict(images, batchSize);
      expect(together).toHaveLength(batchSize * classes);
      const size = images.length / batchSize;
      const parts: readonly [start: number, count: number][] = [
        [0, 1],
        [1, 1],
        [1, batchSize - 1],
      ];
      for (const [start, count] of parts) {
        const some = await model.predict(images.slice(start * size, (start + count) * size), count);
        expect(deviation(some, together.slice(start * classes, (start + count) * classes))).toBeLessThan(1e-6);
      }
    });
  });

  test('of a model that cannot train are the same; training it is an error', async () => {
    const trainable = await withModel(engine, training, (model) => model.predict(images, batchSize));
    const inferenceOnly = { ...training, options: { inferenceOnly: true } };
    await withModel(engine, inferenceOnly, async (model) => {
      expect(deviation(await model.predict(images, batchSize), trainable)).toBeLessThan(1e-6);
      expect(await model.readWeights()).toEqual(training.weights);
      await expect(model.trainStep(training.batches[0]!)).rejects.toThrow(/inferenceOnly/);
    });
  });
});

describeEngines('the count of correct answers', (engine) => {
  const batch = faces(0, engine.workload.batchSize);
  const training: Training = { ...plainNetwork(), options: { optimizer: { kind: 'sgd' } }, batches: [batch] };

  test('is that of the labels, whatever the targets are', async () => {
    await withModel(engine, training, async (model) => {
      const targets = new Float32Array(batch.count * classes).fill(1 / classes);
      let sum = 0;
      for (let label = 0; label < classes; label++) {
        const labels = new Uint8Array(batch.count).fill(label);
        sum += (await model.trainStep({ ...batch, labels, targets, learningRate: 0 })).correct;
      }
      expect(sum).toBe(batch.count); // every image has one most probable class
    });
  });

  test('is 0 once a network has diverged', async () => {
    const bias = [...training.weights.keys()].findLast((name) => name.endsWith('/bias'))!;
    const { shape, data } = training.weights.get(bias)!;
    const weights = new Map(training.weights).set(bias, { shape, data: data.map(() => NaN) });
    await withModel(engine, { ...training, weights }, async (model) => {
      for (let label = 0; label < classes; label++) {
        const labels = new Uint8Array(batch.count).fill(label);
        const { loss, correct } = await model.trainStep({ ...batch, labels, learningRate: 0 });
        expect({ loss, correct }).toEqual({ loss: NaN, correct: 0 });
      }
    });
  });
});
