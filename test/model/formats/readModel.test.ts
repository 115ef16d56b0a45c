/** A model opens whatever its format, and says what was assumed. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { labelOrders } from '../../../src/model/formats/labelOrders.js';
import { writeLayersModel } from '../../../src/model/formats/layers/layersFormat.js';
import { readModel } from '../../../src/model/formats/readModel.js';
import { chain, formulaMiniXception, tinyModel, withFolder } from '../fixtureModel.js';
import { plainBytes, plainJson, writeStored } from './layers/storedFiles.js';

describe('readModel', () => {
  test('opens a run folder without a remark', async () => {
    await withFolder(async (folder) => {
      const model = formulaMiniXception();
      await writeLayersModel(folder, model);
      expect(await readModel(folder)).toEqual({
        model,
        format: 'layers',
        assumed: [],
        remarks: [],
        trainingRemarks: [],
      });
      expect(await readModel(join(folder, 'model.json'))).toMatchObject({ model: { card: model.card } });
    });
  });

  test('opens a file of others, and says in one sentence what it assumed and what it was told', async () => {
    await withFolder(async (folder) => {
      await writeStored(folder, { ...plainJson(), generatedBy: 'keras v2.4.0' }, { 'weights.bin': plainBytes() });
      const { model, remarks, assumed } = await readModel(folder, { labels: ['sad', 'happy'] });
      expect(model.card).toMatchObject({ classNames: ['sad', 'happy'], inputShape: [1, 3, 1] });
      expect(assumed).toHaveLength(3);
      expect(remarks).toEqual([
        `${folder} (keras v2.4.0) has no model card. Assumed: scaling minus-one-to-one; pictures resized by bilinear-half-pixel. ` +
          'As told: labels sad, happy. If that is not so, the answers are wrong without showing it.',
      ]);
      await expect(readModel(folder)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    });
  });

  test('names the order that it guesses, the size that it was told, and grey for colour', async () => {
    const config = chain(
      [],
      [
        ['Conv2D', { filters: 7, kernel_size: 1, use_bias: false }],
        ['GlobalAveragePooling2D', {}],
        ['Softmax', {}],
      ],
    );
    config.config.layers[0]!.config['batch_input_shape'] = [null, null, null, 3];
    const weights = [{ name: 'layer_1/kernel', shape: [1, 1, 3, 7], dtype: 'float32' }];
    const json = { modelTopology: config, weightsManifest: [{ paths: ['weights.bin'], weights }] };
    await withFolder(async (folder) => {
      await writeStored(folder, json, { 'weights.bin': Buffer.alloc(84) });
      const { model, remarks } = await readModel(folder, { inputSize: 48 });
      expect(model.card).toMatchObject({ classNames: labelOrders.fer2013, inputShape: [48, 48, 3] });
      expect(remarks).toHaveLength(2);
      expect(remarks[0]).toContain(
        'labels angry, disgust, fear, happy, sad, surprise, neutral (order fer2013); scaling',
      );
      expect(remarks[0]).toContain('As told: input of 48x48x3.');
      expect(remarks[1]).toContain('takes colour: it is given grey in all 3 channels.');
    });
  });

  test('refuses settings that contradict a run', async () => {
    await withFolder(async (folder) => {
      await writeLayersModel(folder, tinyModel());
      await expect(readModel(folder, { scaling: 'none' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      await expect(readModel(folder, { inputSize: 3 })).rejects.toThrow('says an input of 2x2');
    });
  });
});
