import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { File, ready, type Dataset, type Group } from 'h5wasm';
import { cardAttribute, writeKerasH5 } from '../../../../src/model/formats/keras/kerasH5.js';
import { formulaMiniXception, tinyModel, withFolder } from '../../fixtureModel.js';

const model = formulaMiniXception();

describe('writeKerasH5', () => {
  let file: File;

  beforeAll(async () => {
    const { FS } = await ready;
    await withFolder(async (folder) => {
      await writeKerasH5(join(folder, 'model.h5'), model);
      expect(await readdir(folder)).toEqual(['model.h5']);
      FS.writeFile('written.h5', await readFile(join(folder, 'model.h5')));
    });
    file = new File('written.h5', 'r');
  });

  afterAll(() => {
    file.close();
  });

  test('carries config, versions and card at the root', () => {
    expect(JSON.parse(text(file, 'model_config'))).toEqual(model.config);
    expect(text(file, 'keras_version')).toBe('2.0.5');
    expect(text(file, 'backend')).toBe('tensorflow');
    expect(JSON.parse(text(file, cardAttribute))).toEqual(model.card);
    expect(Object.keys(file.attrs)).not.toContain('training_config');
  });

  test('lists the layers in order, with and without weights', () => {
    const root = file.get('model_weights') as Group;
    expect(root.attrs['layer_names']!.value).toEqual(model.config.config.layers.map((layer) => layer.name));
    expect((file.get('model_weights/separable_conv2d_1') as Group).attrs['weight_names']!.value).toEqual([
      'separable_conv2d_1/depthwise_kernel:0',
      'separable_conv2d_1/pointwise_kernel:0',
    ]);
    for (const empty of ['add_1', 'top_level_model_weights']) {
      const names = (file.get(`model_weights/${empty}`) as Group).attrs['weight_names']!;
      expect([names.dtype, names.shape]).toEqual(['<d', [0]]);
    }
  });

  test('holds every weight at its layer and name', () => {
    const datasets = [...model.weights].map(([name]) => {
      const dataset = file.get(`model_weights/${name.split('/')[0]!}/${name}:0`) as Dataset;
      return [name, { shape: dataset.shape, data: dataset.value }];
    });
    expect(datasets).toEqual([...model.weights]);
  });

  test('replaces a file, and refuses a model whose parts disagree', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'model.h5');
      await writeKerasH5(path, tinyModel());
      const before = await readFile(path);
      const broken = { ...tinyModel(), weights: new Map() };
      await expect(writeKerasH5(path, broken)).rejects.toThrow('expected a weight layer_2/kernel, got none');
      expect(await readFile(path)).toEqual(before);
      await writeKerasH5(path, tinyModel([3, 4]));
      expect(await readFile(path)).not.toEqual(before);
      expect(await readdir(folder)).toEqual(['model.h5']);
    });
  });
});

function text(group: Group, attribute: string): string {
  return group.attrs[attribute]!.value as string;
}
