import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel, type LayersModel } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { architectureNames, buildArchitecture } from '../../../../src/model/architectures.js';
import { countParameters } from '../../../../src/model/describeLayers.js';
import { readLayersModel, writeLayersModel } from '../../../../src/model/formats/layers/layersFormat.js';
import { hashedWeights } from '../../architectures/hashedNumbers.js';
import { formulaImages, formulaMiniXception, tinyModel, withFolder } from '../../fixtureModel.js';

const golden = new URL('../../../../../test/model/architectures/miniXception.json.golden', import.meta.url);

/** Reads the files as the browser's loader does: model.json, then the paths that it names. */
function fromFiles(modelJson: string): tf.io.IOHandler {
  return {
    load: async () => {
      const json = JSON.parse(await readFile(modelJson, 'utf8')) as tf.io.ModelJSON;
      return tf.io.getModelArtifactsForJSON(json, async (manifest) => {
        const paths = manifest.flatMap((group) => group.paths);
        const files = await Promise.all(paths.map((path) => readFile(join(dirname(modelJson), path))));
        const bytes = Uint8Array.from(Buffer.concat(files));
        return [manifest.flatMap((group) => group.weights), bytes.buffer];
      });
    },
  };
}

describe('TensorFlow.js', () => {
  let model: LayersModel;

  beforeAll(async () => {
    tf.env().set('IS_TEST', true); // or it advertises its native backend on the console
    await tf.setBackend('cpu');
    await withFolder(async (folder) => {
      await writeLayersModel(folder, formulaMiniXception());
      model = await loadLayersModel(fromFiles(join(folder, 'model.json')));
    });
  });

  test('loads the model with all its parameters', () => {
    expect(model.countParams()).toBe(58423);
    expect(model.inputs[0]!.shape).toEqual([null, 48, 48, 1]);
    expect(model.outputs[0]!.shape).toEqual([null, 7]);
    expect(model.getUserDefinedMetadata()).toEqual(formulaMiniXception().card);
  });

  test('predicts what Keras predicts with the same weights', async () => {
    const keras = JSON.parse(await readFile(golden, 'utf8')) as { probabilities: number[][] };
    const probabilities = tf.tidy(() => model.predict(tf.tensor4d(formulaImages(), [2, 48, 48, 1])) as tf.Tensor2D);
    const values = await probabilities.array();
    probabilities.dispose();
    const differences = values.flatMap((row, i) =>
      row.map((value, j) => Math.abs(value - keras.probabilities[i]![j]!)),
    );
    expect(differences).toHaveLength(14);
    expect(Math.max(...differences)).toBeLessThan(1e-6);
  });

  // Not the 11 million weights of ResNet-18: the others have its kinds of layers.
  test.each(architectureNames.filter((name) => name !== 'resnet-18'))(
    'loads a %s, which our reader gives back to the bit',
    async (name) => {
      const config = buildArchitecture(name, { inputShape: [32, 32, 1], classes: 2 });
      const { card } = tinyModel();
      const written = { config, weights: hashedWeights(config), card: { ...card, inputShape: [32, 32, 1] as const } };
      await withFolder(async (folder) => {
        await writeLayersModel(folder, written);
        const theirs = await loadLayersModel(fromFiles(join(folder, 'model.json')));
        expect(theirs.countParams()).toBe(countParameters(config));
        expect(theirs.outputs[0]!.shape).toEqual([null, 2]);
        theirs.dispose();
        const ours = await readLayersModel(folder);
        expect(ours.config).toEqual(config);
        const changed = [...written.weights].filter(([key, { data }]) =>
          ours.weights.get(key)!.data.some((value, i) => value !== data[i]),
        );
        expect(changed.map(([key]) => key)).toEqual([]);
      });
    },
  );
});
