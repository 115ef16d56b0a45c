/** Models that TensorFlow.js itself saved, and what it reads from the files that we read. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import {
  initializers,
  input,
  layers,
  loadLayersModel,
  model as functional,
  sequential,
  type LayersModel,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { wasmEngine } from '../../../../src/engine/wasm.js';
import { readStoredLayers } from '../../../../src/model/formats/layers/readLayers.js';
import type { StoredModel } from '../../../../src/model/formats/storedModel.js';
import { withFolder } from '../../fixtureModel.js';
import { plainJson, writeStored } from './storedFiles.js';

beforeAll(async () => {
  tf.env().set('IS_TEST', true); // or it advertises its native backend on the console
  await tf.setBackend('cpu');
});

const start = (seed: number) => initializers.glorotUniform({ seed });

/** A network of every kind of layer that has weights, and of a fork. */
function smallNetwork(): LayersModel {
  const picture = input({ shape: [8, 8, 1] });
  const window = { filters: 4, kernelSize: 3, padding: 'same' } as const;
  const convolution = layers.conv2d({ ...window, activation: 'relu', kernelInitializer: start(1) });
  const separable = layers.separableConv2d({
    ...window,
    depthwiseInitializer: start(2),
    pointwiseInitializer: start(3),
  });
  const convolved = convolution.apply(picture) as SymbolicTensor;
  const other = separable.apply(layers.batchNormalization().apply(convolved)) as SymbolicTensor;
  const pooled = layers.maxPooling2d({ poolSize: 2 }).apply(layers.add().apply([convolved, other]));
  const head = layers.dense({ units: 3, activation: 'softmax', kernelInitializer: start(4) });
  return functional({ inputs: picture, outputs: head.apply(layers.flatten().apply(pooled)) as SymbolicTensor });
}

/** Layers one after the other, without an input layer of their own. */
function smallSequential(): LayersModel {
  const head = layers.dense({ units: 3, activation: 'softmax', kernelInitializer: start(6) });
  const first = { filters: 4, kernelSize: 3, activation: 'relu', kernelInitializer: start(5) } as const;
  return sequential({
    layers: [layers.conv2d({ ...first, inputShape: [8, 8, 1] }), layers.batchNormalization(), layers.flatten(), head],
  });
}

/** What `model.save` gives, in files as its own handlers write them: one group, cut into `shardBytes`. */
async function readSaved(model: LayersModel, shardBytes: number): Promise<StoredModel> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler((saved) => {
      artifacts = saved;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } });
    }),
  );
  const { weightSpecs, weightData, ...rest } = artifacts!;
  const bytes = Buffer.from(weightData as ArrayBuffer);
  const count = Math.ceil(bytes.length / shardBytes);
  const shards = Array.from({ length: count }, (_, i) => bytes.subarray(i * shardBytes, (i + 1) * shardBytes));
  const paths = shards.map((_, i) => `group1-shard${i + 1}of${count}.bin`);
  let stored: StoredModel | undefined;
  await withFolder(async (folder) => {
    const json = { ...rest, weightsManifest: [{ paths, weights: weightSpecs }] };
    await writeStored(folder, json, Object.fromEntries(paths.map((path, i) => [path, shards[i]!])));
    stored = await readStoredLayers(folder);
  });
  return stored!;
}

describe('a model that TensorFlow.js saved', () => {
  test.each([
    ['functional', smallNetwork],
    ['Sequential', smallSequential],
  ])('opens with every weight, and predicts what it predicts there: %s', async (_kind, build) => {
    const theirs = build();
    const ours = await readSaved(theirs, 100);
    expect(ours).toMatchObject({ format: 'layers', card: undefined, writer: expect.stringContaining('tfjs-layers') });

    const named = theirs.weights.map(({ originalName, shape }) => [originalName, shape]);
    const read = [...ours.weights].map(([name, { shape }]) => [name, shape]);
    expect(new Map(read as [string, number[]][])).toEqual(new Map(named as [string, number[]][]));

    const pixels = Float32Array.from({ length: 2 * 64 }, (_, i) => ((i * 37) % 251) / 127.5 - 1);
    const expected = tf.tidy(() => (theirs.predict(tf.tensor4d(pixels, [2, 8, 8, 1])) as tf.Tensor).dataSync());
    const compiled = await wasmEngine.compile(ours.config, ours.weights, { batchSize: 2, seed: 0, threads: 1 });
    const predicted = await compiled.predict(pixels, 2);
    await compiled.close();
    expect(predicted).toHaveLength(6);
    const differences = Array.from(predicted, (value, i) => Math.abs(value - expected[i]!));
    expect(Math.max(...differences)).toBeLessThan(1e-6);
  });
});

describe('quantised weights', () => {
  test.each([
    [{ dtype: 'uint8', scale: 0.0123, min: -1.57 }, [0, 1, 77, 128, 200, 255]],
    [{ dtype: 'uint16', scale: 0.000123, min: -1.57 }, [0, 0, 1, 0, 77, 3, 0, 128, 200, 199, 255, 255]],
    [{ dtype: 'float16' }, [0, 60, 85, 53, 1, 0, 255, 123, 0, 128, 205, 180]],
  ] as const)('are to the bit those that TensorFlow.js loads: %j', async (quantization, kernel) => {
    const json = plainJson();
    Object.assign(json.weightsManifest[0]!.weights[0]!, {
      quantization: { ...quantization, original_dtype: 'float32' },
    });
    const bytes = Uint8Array.from([...kernel, ...new Uint8Array(Float32Array.of(7, 8).buffer)]);
    const { modelTopology, weightsManifest } = json;
    const theirs = await loadLayersModel({
      load: () =>
        Promise.resolve({
          modelTopology: modelTopology as object,
          weightSpecs: weightsManifest[0]!.weights as unknown as tf.io.WeightsManifestEntry[],
          weightData: bytes.buffer,
        }),
    });
    const expected = theirs.getWeights()[0]!.dataSync();
    theirs.dispose();
    await withFolder(async (folder) => {
      await writeStored(folder, json, { 'weights.bin': bytes });
      const { weights } = await readStoredLayers(folder);
      expect(weights.get('layer_2/kernel')!.data).toEqual(expected);
    });
  });
});
