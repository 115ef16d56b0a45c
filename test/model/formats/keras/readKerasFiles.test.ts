/** Files of real Keras and of the layouts of its earlier versions, read here and held against Keras' predictions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FerError } from '../../../../src/errors.js';
import { architectureNames, buildArchitecture } from '../../../../src/model/architectures.js';
import { cardAttribute, writeKerasH5 } from '../../../../src/model/formats/keras/kerasH5.js';
import { readKerasArchive } from '../../../../src/model/formats/keras/readKerasArchive.js';
import { readKerasH5 } from '../../../../src/model/formats/keras/readKerasH5.js';
import { writeKerasArchive } from '../../../../src/model/formats/keras/writeKerasArchive.js';
import type { StoredModel } from '../../../../src/model/formats/storedModel.js';
import { hashedWeights } from '../../architectures/hashedNumbers.js';
import { formulaMiniXception, tinyModel, withFolder } from '../../fixtureModel.js';
import { distance, predictHere, sourcePath } from './kerasFiles.js';

const predictions = JSON.parse(readFileSync(sourcePath('files/predictions.json.golden'), 'utf8')) as Record<
  string,
  number[][]
>;

const read = (path: string): Promise<StoredModel> => (path.endsWith('.keras') ? readKerasArchive : readKerasH5)(path);

describe('gives the predictions of Keras with', () => {
  test.each([
    ['functional.h5', 'Keras 3.15.1'],
    ['functional.keras', 'Keras 3.15.1'],
    ['sequential.h5', 'Keras 3.15.1'],
    ['sequential.keras', 'Keras 3.15.1'],
    ['keras-2.0.5.h5', 'Keras 2.0.5'],
    ['split-names.h5', 'Keras 2.0.5'],
    ['half.h5', 'Keras 2.0.5'],
    ['keras-1.2.h5', 'Keras 1.2.2'],
    ['keras-1.2-theano.h5', 'Keras 1.2.2'],
    ['keras-2.13.keras', 'Keras 2.13.1'],
    ['keras-2.13-windows.keras', 'Keras 2.13.1'],
  ])('%s', async (name, writer) => {
    const model = await read(sourcePath(`files/${name}`));
    expect(model).toMatchObject({ writer, format: name.endsWith('.keras') ? 'keras' : 'keras-h5' });
    expect(model.card).toBeUndefined();
    expect(distance(await predictHere(model), predictions[name]!)).toBeLessThan(1e-6);
  });

  test('every fixture', () => {
    expect(Object.keys(predictions)).toHaveLength(11);
  });
});

describe('what was written is read back, config, weights to the bit and card,', () => {
  test.each(architectureNames)('for a %s', async (name) => {
    const config = buildArchitecture(name, { inputShape: [32, 32, 1], classes: 2 });
    const card = { ...tinyModel().card, inputShape: [32, 32, 1] as const };
    const model = { config, weights: hashedWeights(config), card };
    await withFolder(async (folder) => {
      await writeKerasH5(join(folder, 'model.h5'), model);
      await writeKerasArchive(join(folder, 'model.keras'), model);
      for (const file of ['model.h5', 'model.keras']) {
        const stored = await read(join(folder, file));
        expect(stored.config.config).toEqual(config.config);
        expect(stored.card).toEqual(card);
        expect(stored.writer).toBe(`fer ${card.version}`);
        expect([...stored.weights.keys()]).toEqual([...model.weights.keys()]);
        const changed = [...model.weights].filter(
          ([key, { data }]) => !Buffer.from(stored.weights.get(key)!.data.buffer).equals(Buffer.from(data.buffer)),
        );
        expect(changed).toEqual([]);
      }
    });
  });

  test('in letters of any script', async () => {
    const model = formulaMiniXception();
    await withFolder(async (folder) => {
      const path = join(folder, 'model.h5');
      await writeKerasH5(path, model);
      expect((await readKerasH5(path)).card).toMatchObject({ description: model.card.description });
    });
    expect(cardAttribute).toBe('fer_model_card');
  });
});

test('a file that is not there is not found', async () => {
  const failure = await readKerasH5('/no/such/model.h5').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(FerError);
  expect(failure).toMatchObject({
    code: 'MODEL_NOT_FOUND',
    message: '/no/such/model.h5: no such file. Check the path.',
  });
});
