/** Images as bytes: what engines that scale them make of them is what they make of scaled pixels. */
import { describe, expect, test } from '@jest/globals';
import { scalePixels } from '../../../src/data/scaling.js';
import type { TrainingBatch } from '../../../src/engine/engine.js';
import { engines } from '../../../src/engine/engines.js';
import { NetworkBuilder } from '../../../src/model/architectures/networkBuilder.js';
import { scalings, standardScaling, type Scaling } from '../../../src/scaling.js';
import { hashedWeights } from '../../model/architectures/hashedNumbers.js';
import { deviatingTensors, deviation } from './deviation.js';
import { classes, faceBatch } from './faceBatches.js';
import { describeEngines, describeOthers, wasm } from './testedEngines.js';
import { train, withModel, type Training } from './training.js';

/** 63 bytes an image: no whole number of words, neither in one image nor in three. */
const shape = [9, 7, 1] as const;
const learningRate = 0.01;

function tinyNetwork(): Pick<Training, 'config' | 'weights'> {
  const net = new NetworkBuilder('tiny', shape);
  const stem = net.conv2D(net.input, { filters: 4, kernelSize: 3, strides: 2, padding: 'same', useBias: true });
  const config = net.finish(net.dense(net.globalAveragePooling2D(net.relu(stem)), { units: classes }));
  return { config, weights: hashedWeights(config) };
}

interface ByteBatch extends TrainingBatch {
  readonly images: Uint8Array;
}

function byteBatch(index: number, count: number): ByteBatch {
  const batch = faceBatch(index, { count, shape, learningRate });
  return { ...batch, images: Uint8Array.from(batch.images, (x) => Math.round((x + 1) * 127.5)) };
}

/** A step with a whole batch, and one with a single image. */
const bytes = [byteBatch(0, 3), byteBatch(1, 1)];

function trainings(scaling: Scaling): Record<'onBytes' | 'onFloats', Training> {
  const network = tinyNetwork();
  const options = { optimizer: { kind: 'sgd' } } as const;
  const floats = bytes.map((batch) => ({ ...batch, images: scalePixels(batch.images, scaling) }));
  return {
    onBytes: { ...network, options: { ...options, scaling }, batches: bytes },
    onFloats: { ...network, options, batches: floats },
  };
}

describeOthers('images as bytes', (engine) => {
  test('are what it takes', async () => {
    expect((await engines[engine.name].load()).takesBytes).toBe(true);
  });

  const tried = engine.workload.everyCase ? scalings : [standardScaling];
  test.each(tried)('train and predict as pixels do that were scaled before: %s', async (scaling) => {
    const { onBytes, onFloats } = trainings(scaling);
    const [actual, expected] = [await train(engine, onBytes), await train(engine, onFloats)];
    expect(deviation(actual.before, expected.before)).toBeLessThan(1e-6);
    expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-6);
    expect(actual.correct).toEqual(expected.correct);
    expect(deviatingTensors(actual.weights, expected.weights, 1e-6)).toEqual([]);
    expect(deviation(actual.after, expected.after)).toBeLessThan(1e-6);
  });

  test('are told from scaled pixels, which are an error', async () => {
    const { onBytes, onFloats } = trainings(standardScaling);
    await withModel(engine, onBytes, async (model) => {
      const [batch] = onFloats.batches;
      await expect(model.predict(batch!.images, 3)).rejects.toThrow(/grey levels, a Uint8Array/);
      await expect(model.trainStep(batch!)).rejects.toThrow(/grey levels, a Uint8Array/);
      expect((await model.readOptimizer()).step).toBe(0);
    });
  });
});

/** A copy in memory that threads share, as batches come out of the pipeline. */
function shared<T extends Uint8Array | Float32Array>(images: T): T {
  const Kind = images.constructor as new (memory: SharedArrayBuffer) => T;
  const copy = new Kind(new SharedArrayBuffer(images.byteLength));
  copy.set(images);
  return copy;
}

describeEngines('images', (engine) => {
  const { onBytes, onFloats } = trainings(standardScaling);
  const kinds = [{ kind: 'scaled pixels', training: onFloats }];
  if (engine.name !== 'wasm') kinds.push({ kind: 'bytes', training: onBytes });
  test.each(kinds)('may lie in shared memory: $kind', async ({ training }) => {
    const batches = training.batches.map((batch) => ({ ...batch, images: shared(batch.images) }));
    const [actual, expected] = [await train(engine, { ...training, batches }), await train(engine, training)];
    expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-6);
    expect(deviation(actual.after, expected.after)).toBeLessThan(1e-6);
  });
});

describeEngines('scaled pixels', (engine) => {
  test('are told from bytes, which are an error', async () => {
    const { onFloats } = trainings(standardScaling);
    await withModel(engine, onFloats, async (model) => {
      const [batch] = bytes;
      await expect(model.predict(batch!.images, 3)).rejects.toThrow(/scaled pixels, a Float32Array/);
      await expect(model.trainStep(batch!)).rejects.toThrow(/scaled pixels, a Float32Array/);
      expect((await model.readOptimizer()).step).toBe(0);
    });
  });
});

describe('wasm: images as bytes', () => {
  test('are not what it takes', async () => {
    expect((await engines.wasm.load()).takesBytes).toBe(false);
    const { config, weights } = tinyNetwork();
    const options = { batchSize: 3, seed: 3, scaling: standardScaling };
    await expect(wasm.compile(config, weights, options)).rejects.toThrow(/without scaling, got minus-one-to-one/);
  });
});
