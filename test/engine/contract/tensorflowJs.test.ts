/**
 * The default engine, which the others are compared with, against TensorFlow.js on every architecture. What its layers and options come to
 * in numbers is held by the tests of layers-wasm, against float64 loops, PyTorch and Keras.
 */
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

import { architectureNames, buildArchitecture } from '../../../src/model/architectures.js';
import { createModelCard } from '../../../src/model/card.js';
import { writeLayersModel } from '../../../src/model/formats/layers/layersFormat.js';
import type { LayersConfig } from '../../../src/model/modelFile.js';
import { hashedWeights } from '../../model/architectures/hashedNumbers.js';
import { withFolder } from '../../model/fixtureModel.js';
import { loadInTensorflowJs } from '../../model/formats/layers/inTensorflowJs.js';
import { deviation } from './deviation.js';
import { classes, faceBatch } from './faceBatches.js';
import { wasm } from './testedEngines.js';
import { train, type Training } from './training.js';

const shape = [32, 32, 1] as const;
const batch = faceBatch(0, { count: 2, shape });

/** Not the two whose forward pass takes TensorFlow.js half a minute on a processor: the others have their kinds of layers. */
const names = architectureNames.filter((name) => name !== 'vgg-13' && name !== 'resnet-18');

/** Without dropout, whose masks are everyone's own. */
function networkOf(name: string): Training {
  const { class_name, config } = buildArchitecture(name, { inputShape: shape, classes });
  const layers = config.layers.map((layer) =>
    layer.class_name === 'Dropout' ? { ...layer, config: { ...layer.config, rate: 0 } } : layer,
  );
  const withoutDropout: LayersConfig = { class_name, config: { ...config, layers } };
  return { config: withoutDropout, weights: hashedWeights(withoutDropout), batches: [batch] };
}

/** Probabilities of the batch in TensorFlow.js: as it predicts, and as it trains, with the batch's own statistics. */
async function runInTensorflowJs({
  config,
  weights,
}: Training): Promise<{ predicted: Float32Array; trained: Float32Array }> {
  const card = createModelCard({
    name: 'faces',
    classNames: Array.from({ length: classes }, (_, index) => `class ${index}`),
    inputShape: shape,
    dataHash: 'none',
    seed: 0,
    metrics: [],
    licence: 'MIT',
  });
  let model: LayersModel;
  await withFolder(async (folder) => {
    await writeLayersModel(folder, { config, weights, card });
    model = await loadInTensorflowJs(folder);
  });
  const run = async (training: boolean): Promise<Float32Array> => {
    const images = tf.tensor4d(batch.images, [batch.count, ...shape]);
    const output = tf.tidy(() => model.apply(images, { training }) as tf.Tensor2D);
    return Float32Array.from(await output.data());
  };
  const outputs = { predicted: await run(false), trained: await run(true) };
  model!.dispose();
  return outputs;
}

/** Mean cross-entropy of the batch's labels. */
function crossEntropy(probabilities: Float32Array): number {
  const losses = Array.from(batch.labels, (label, i) => -Math.log(probabilities[i * classes + label]!));
  return losses.reduce((sum, loss) => sum + loss) / batch.count;
}

/** As the config has it: the factor times the sum of squares. */
function penaltyOf({ config, weights }: Training): number {
  return config.config.layers.reduce((sum, layer) => {
    const regularizer = layer.config['kernel_regularizer'] as { config: { l2: number } } | null | undefined;
    if (!regularizer) return sum;
    const { data } = weights.get(`${layer.name}/kernel`)!;
    return sum + regularizer.config.l2 * data.reduce((squares, value) => squares + value * value, 0);
  }, 0);
}

describe('wasm: predictions and first loss are those of TensorFlow.js', () => {
  test.each(names)('%s', async (name) => {
    const network = networkOf(name);
    const expected = await runInTensorflowJs(network);
    const actual = await train(wasm, network);
    expect(deviation(actual.before, expected.predicted)).toBeLessThan(1e-5);
    const firstLoss = crossEntropy(expected.trained) + penaltyOf(network);
    expect(deviation(actual.losses, [firstLoss])).toBeLessThan(1e-5);
    expect(crossEntropy(expected.predicted)).not.toBeCloseTo(crossEntropy(expected.trained), 2);
  });
});
