import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { writeKerasArchive } from '../../../../src/model/formats/keras/writeKerasArchive.js';
import { readZipMembers } from '../../../../src/model/formats/keras/zipMembers.js';
import { formulaMiniXception, tinyModel, withFolder } from '../../fixtureModel.js';

const names = ['metadata.json', 'config.json', 'model.weights.h5', 'fer_model_card.json'];
const limits = Object.fromEntries(names.map((name) => [name, 1e6]));

describe('writeKerasArchive', () => {
  test('writes the members that Keras does, and the card', async () => {
    const model = formulaMiniXception();
    await withFolder(async (folder) => {
      const path = join(folder, 'model.keras');
      await writeKerasArchive(path, model);
      expect(await readdir(folder)).toEqual(['model.keras']);
      const members = await readZipMembers(await readFile(path), limits, path);
      expect([...members.keys()]).toEqual(names);
      const json = (name: string): unknown => JSON.parse(Buffer.from(members.get(name)!).toString());
      expect(json('metadata.json')).toEqual({ keras_version: '3.0.0' });
      const { config } = model.config;
      expect(json('config.json')).toEqual({ module: 'keras', class_name: 'Model', config, registered_name: null });
      expect(json('fer_model_card.json')).toEqual(model.card);
    });
  });

  test('gives the same bytes for the same model but for the times in its HDF5 file', async () => {
    await withFolder(async (folder) => {
      const [first, second] = [join(folder, 'a.keras'), join(folder, 'b.keras')];
      await writeKerasArchive(first, tinyModel());
      await new Promise((resolve) => setTimeout(resolve, 1100)); // HDF5 counts time in seconds
      await writeKerasArchive(second, tinyModel());
      const [a, b] = [await readFile(first), await readFile(second)];
      expect(b.length).toBe(a.length);
      const weights = a.indexOf('\x89HDF', 0, 'latin1');
      expect(b.subarray(0, weights - 100)).toEqual(a.subarray(0, weights - 100)); // all before the header of the weights
      const members = await readZipMembers(b, limits, second);
      expect(members.get('fer_model_card.json')).toEqual(
        (await readZipMembers(a, limits, first)).get('fer_model_card.json'),
      );
    });
  });

  test('replaces a file, and refuses a model whose parts disagree', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'model.keras');
      await writeKerasArchive(path, tinyModel());
      const before = await readFile(path);
      const broken = { ...tinyModel(), weights: new Map() };
      await expect(writeKerasArchive(path, broken)).rejects.toThrow('expected a weight layer_2/kernel, got none');
      expect(await readFile(path)).toEqual(before);
      await writeKerasArchive(path, tinyModel([3, 4]));
      expect(await readFile(path)).not.toEqual(before);
      expect(await readdir(folder)).toEqual(['model.keras']);
    });
  });
});
