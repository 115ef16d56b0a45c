import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { wasmEngine } from '../../../../src/engine/wasm.js';
import { architectureNames, buildArchitecture } from '../../../../src/model/architectures.js';
import { countParameters } from '../../../../src/model/describeLayers.js';
import { readLayersModel, writeLayersModel } from '../../../../src/model/formats/layers/layersFormat.js';
import { precisions } from '../../../../src/model/formats/layers/precision.js';
import { hashedWeights } from '../../architectures/hashedNumbers.js';
import { formulaImages, formulaMiniXception, tinyModel, withFolder } from '../../fixtureModel.js';
import { loadInTensorflowJs, predictInTensorflowJs } from './inTensorflowJs.js';

const golden = new URL('../../../../../test/model/architectures/miniXception.json.golden', import.meta.url);

function largestDifference(values: readonly number[], expected: ArrayLike<number>): number {
  return Math.max(...values.map((value, i) => Math.abs(value - expected[i]!)));
}

describe('TensorFlow.js', () => {
  test('loads the model with all its parameters', async () => {
    await withFolder(async (folder) => {
      await writeLayersModel(folder, formulaMiniXception());
      const model = await loadInTensorflowJs(folder);
      expect(model.countParams()).toBe(58423);
      expect(model.inputs[0]!.shape).toEqual([null, 48, 48, 1]);
      expect(model.outputs[0]!.shape).toEqual([null, 7]);
      expect(model.getUserDefinedMetadata()).toEqual(formulaMiniXception().card);
      model.dispose();
    });
  });

  test('predicts what Keras predicts with the same weights', async () => {
    const keras = JSON.parse(await readFile(golden, 'utf8')) as { probabilities: number[][] };
    await withFolder(async (folder) => {
      await writeLayersModel(folder, formulaMiniXception());
      const values = await predictInTensorflowJs(folder, formulaImages());
      expect(values).toHaveLength(14);
      expect(largestDifference(values, keras.probabilities.flat())).toBeLessThan(1e-6);
    });
  });

  test.each(precisions)('predicts from weights of %s what we predict from them', async (precision) => {
    await withFolder(async (folder) => {
      await writeLayersModel(folder, formulaMiniXception(), { precision });
      const { config, weights } = await readLayersModel(folder);
      const options = { batchSize: 2, threads: 1, seed: 0, inferenceOnly: true };
      const compiled = await wasmEngine.compile(config, weights, options);
      const ours = await compiled.predict(formulaImages(), 2);
      await compiled.close();
      const theirs = await predictInTensorflowJs(folder, formulaImages());
      expect(theirs).toHaveLength(14);
      expect(largestDifference(theirs, ours)).toBeLessThan(1e-6);
    });
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
        const theirs = await loadInTensorflowJs(folder);
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
