/** TensorFlow.js on the files of a model, which it reads as its loader in browsers does. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel, type LayersModel } from '@tensorflow/tfjs-layers';

/** The model in `folder`. Whoever loads it disposes of it. */
export async function loadInTensorflowJs(folder: string): Promise<LayersModel> {
  tf.env().set('IS_TEST', true); // or it advertises its native backend on the console
  await tf.setBackend('cpu');
  return loadLayersModel({
    load: async () => {
      const json = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as tf.io.ModelJSON;
      return tf.io.getModelArtifactsForJSON(json, async (manifest) => {
        const paths = manifest.flatMap((group) => group.paths);
        const files = await Promise.all(paths.map((path) => readFile(join(folder, path))));
        const bytes = Uint8Array.from(Buffer.concat(files));
        return [manifest.flatMap((group) => group.weights), bytes.buffer];
      });
    },
  });
}

/** Probabilities [count, classes] of `images` [count, ...the model's input] with the model in `folder`. */
export async function predictInTensorflowJs(folder: string, images: Float32Array): Promise<number[]> {
  const model = await loadInTensorflowJs(folder);
  const probabilities = tf.tidy(() => {
    const [, height, width, channels] = model.inputs[0]!.shape as [null, number, number, number];
    return model.predict(tf.reshape(tf.tensor1d(images), [-1, height, width, channels])) as tf.Tensor2D;
  });
  try {
    return [...(await probabilities.data())];
  } finally {
    probabilities.dispose();
    model.dispose();
  }
}
