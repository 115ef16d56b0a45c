import { beforeAll, describe, expect, test } from '@jest/globals';
import { decodeKerasArchive } from '../../../../src/model/formats/keras/decodeKerasArchive.js';
import { encodeHdf5, writeText } from '../../../../src/model/formats/keras/encodeHdf5.js';
import { tinyModel } from '../../fixtureModel.js';
import { silenceHdf5 } from './hdf5Layout.js';
import { zip } from './zipArchive.js';

beforeAll(silenceHdf5);

const { config, weights } = tinyModel(); // flatten, then a dense layer from 4 to 2
const dense = [weights.get('layer_2/kernel')!, weights.get('layer_2/bias')!];
const configJson = JSON.stringify({ module: 'keras', registered_name: null, ...config });

/** The weights file with these groups, each with the arrays of the dense layer and the name of their layer. */
function weightsFile(groups: Readonly<Record<string, string>>): Promise<Uint8Array> {
  return encodeHdf5((file) => {
    const root = file.create_group('layers');
    for (const [group, layer] of Object.entries(groups)) {
      const variables = root.create_group(group).create_group('vars');
      writeText(variables, 'name', layer);
      dense.forEach(({ data, shape }, index) =>
        variables.create_dataset({ name: `${index}`, data, shape: [...shape] }),
      );
    }
  });
}

async function decode(members: Readonly<Record<string, string | Uint8Array>>): Promise<unknown> {
  return decodeKerasArchive(await zip(Object.entries(members)), 'm.keras').catch((error: unknown) => error);
}

describe('decodeKerasArchive', () => {
  test('reads config, weights and version; the card only where there is one', async () => {
    const hdf5 = await weightsFile({ dense: 'layer_2' });
    const members = {
      'config.json': configJson,
      'model.weights.h5': hdf5,
      'metadata.json': '{"keras_version": "3.1.0"}',
    };
    expect(await decode(members)).toMatchObject({ config: { config: config.config }, weights, writer: 'Keras 3.1.0' });
    const { card } = tinyModel();
    const withCard = { ...members, 'fer_model_card.json': JSON.stringify(card) };
    expect(await decode(withCard)).toMatchObject({ card, writer: `fer ${card.version}`, format: 'keras' });
    expect(await decode({ ...members, 'metadata.json': '[]' })).toMatchObject({
      writer: 'an unknown version of Keras',
    });
  });

  test.each<[what: string, members: () => Promise<Record<string, string | Uint8Array>>, message: string]>([
    [
      'no config',
      async () => ({ 'model.weights.h5': await weightsFile({}) }),
      'expected a member config.json, got none',
    ],
    [
      'no weights',
      async () => Promise.resolve({ 'config.json': configJson }),
      'expected a member model.weights.h5, got none',
    ],
    [
      'a config that is no JSON',
      async () => ({ 'config.json': '{', 'model.weights.h5': await weightsFile({}) }),
      'its config.json is not JSON',
    ],
    [
      'weights that are no HDF5 file',
      async () => Promise.resolve({ 'config.json': configJson, 'model.weights.h5': 'nothing' }),
      'expected an HDF5 file that Keras wrote, but it cannot be read',
    ],
    [
      'a layer without weights',
      async () => ({ 'config.json': configJson, 'model.weights.h5': await weightsFile({}) }),
      'expected weights of 1 layers of class Dense, got those of 0',
    ],
    [
      'weights of a layer too many',
      async () => ({ 'config.json': configJson, 'model.weights.h5': await weightsFile({ dense: 'a', dense_1: 'b' }) }),
      'expected weights of 1 layers of class Dense, got those of 2',
    ],
    [
      'weights of another layer',
      async () => ({ 'config.json': configJson, 'model.weights.h5': await weightsFile({ dense: 'layer_3' }) }),
      'expected the weights of layer_2 in /layers/dense, got those of layer_3',
    ],
  ])('refuses %s', async (_, members, message) => {
    const error = await decode(await members());
    expect(error).toMatchObject({ code: 'MODEL_INVALID' });
    expect((error as Error).message).toContain(`m.keras: ${message}`);
  });
});
