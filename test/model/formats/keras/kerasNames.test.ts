import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withKerasNames } from '../../../../src/model/formats/keras/kerasNames.js';
import { writeKerasArchive } from '../../../../src/model/formats/keras/writeKerasArchive.js';
import { writeKerasH5 } from '../../../../src/model/formats/keras/kerasH5.js';
import { readModel } from '../../../../src/model/formats/readModel.js';
import type { ModelFile } from '../../../../src/model/modelFile.js';
import { tinyModel, withFolder } from '../../fixtureModel.js';

/** The tiny model with its flatten and dense layers under other names. */
function named(flatten: string, dense: string): ModelFile {
  const model = tinyModel();
  const text = JSON.stringify({ ...model.config, weights: [...model.weights.keys()] });
  const { weights: keys, ...config } = JSON.parse(
    text.replaceAll('layer_1', flatten).replaceAll('layer_2', dense),
  ) as ModelFile['config'] & { weights: string[] };
  return { ...model, config, weights: new Map([...model.weights.values()].map((weight, i) => [keys[i]!, weight])) };
}

test('names without folders stay, as the same object', () => {
  const model = named('flatten', 'classes');
  expect(withKerasNames(model)).toBe(model);
});

test('a slash becomes an underscore, and no name is given twice', () => {
  const { config, weights } = withKerasNames(named('head_dense', 'head/dense'));
  expect(config.config.layers.map(({ name }) => name)).toEqual(['input', 'head_dense', 'head_dense_']);
  expect([...weights.keys()]).toEqual(['head_dense_/kernel', 'head_dense_/bias']);
  expect(config.config.output_layers).toEqual([['head_dense_', 0, 0]]);
  expect(config.config.layers[2]!.inbound_nodes).toEqual([[['head_dense', 0, 0, {}]]]);
});

test.each(['conv1/conv', '.', '..'])(
  'a model with a layer "%s" is written to both formats and read again',
  async (name) => {
    const model = named('flatten', name);
    await withFolder(async (folder) => {
      await writeKerasH5(join(folder, 'model.h5'), model);
      await writeKerasArchive(join(folder, 'model.keras'), model);
      for (const file of ['model.h5', 'model.keras']) {
        const { model: read } = await readModel(join(folder, file));
        expect([...read.weights.values()]).toEqual([...model.weights.values()]);
      }
    });
  },
);
