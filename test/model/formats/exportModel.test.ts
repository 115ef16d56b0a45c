/** A model written in each format and opened again is the model that it was. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import onnxProto from 'onnx-proto';
import { exportFormats, exportModel, exportName } from '../../../src/model/formats/exportModel.js';
import { readModel } from '../../../src/model/formats/readModel.js';
import type { ModelFile } from '../../../src/model/modelFile.js';
import { formulaMiniXception, tinyModel, withFolder } from '../fixtureModel.js';

/** The largest difference between the weights of two models, which must have the same names. */
function largestDifference(one: ModelFile, other: ModelFile): number {
  expect([...one.weights.keys()].sort()).toEqual([...other.weights.keys()].sort());
  const differences = [...one.weights].map(([name, { data }]) =>
    data.reduce((largest, value, i) => Math.max(largest, Math.abs(value - other.weights.get(name)!.data[i]!)), 0),
  );
  return Math.max(...differences);
}

describe('exportModel', () => {
  test.each([
    ['keras-h5', 'keras-h5'],
    ['keras', 'keras'],
    ['tfjs', 'layers'],
  ] as const)('%s opens again with the same weights and card', async (format, stored) => {
    await withFolder(async (folder) => {
      const model = formulaMiniXception();
      const path = join(folder, exportName('formula', format));
      const exported = await exportModel(path, model, { format });
      expect(exported.path).toBe(path);
      const opened = await readModel(path);
      expect(opened).toMatchObject({ format: stored, assumed: [], remarks: [] });
      expect(opened.model.card).toEqual(model.card);
      expect(largestDifference(opened.model, model)).toBe(0);
    });
  });

  test('onnx holds the graph and the card', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'formula.onnx');
      const { bytes } = await exportModel(path, formulaMiniXception(), { format: 'onnx' });
      const file = await readFile(path);
      expect(bytes).toBe(file.length);
      const { graph, metadataProps } = onnxProto.onnx.ModelProto.decode(file);
      expect(graph!.name).toBe('formula');
      expect(metadataProps.map(({ key }) => key)).toContain('fer_model_card');
    });
  });

  test('counts the bytes of all files, and fewer bits make fewer of them', async () => {
    await withFolder(async (folder) => {
      const sizes = [];
      for (const precision of ['float32', 'float16', 'uint8'] as const) {
        const path = join(folder, precision);
        const { bytes } = await exportModel(path, formulaMiniXception(), { format: 'tfjs', precision });
        const files = await readdir(path);
        expect(files.sort()).toEqual(['model.json', 'weights.bin']);
        const written = await Promise.all(files.map(async (file) => (await stat(join(path, file))).size));
        expect(bytes).toBe(written[0]! + written[1]!);
        sizes.push(written[1]!);
      }
      // Of 58,423 weights those of 8 bits leave 4 for each of 736 normalised channels, and 7 biases, at 32.
      expect(sizes).toEqual([4 * 58_423, 2 * 58_423, 58_423 + 3 * (4 * 736 + 7)]);
    });
  });

  test('fewer bits move each weight by no more than their step', async () => {
    await withFolder(async (folder) => {
      const model = formulaMiniXception(); // kernels from -0.3 to 0.3, the rest up to 1.5
      for (const [precision, bound] of [
        ['float16', 1.5 * 2 ** -11],
        ['uint8', 0.51 * (0.6 / 255)],
      ] as const) {
        await exportModel(join(folder, precision), model, { format: 'tfjs', precision });
        const difference = largestDifference((await readModel(join(folder, precision))).model, model);
        expect(difference).toBeLessThan(bound);
        expect(difference).toBeGreaterThan(bound / 10);
      }
    });
  });

  test('refuses fewer bits in other formats, and models whose parts disagree, before it writes', async () => {
    await withFolder(async (folder) => {
      for (const format of exportFormats) {
        const path = join(folder, format);
        await expect(exportModel(path, { ...tinyModel(), weights: new Map() }, { format })).rejects.toMatchObject({
          code: 'MODEL_INVALID',
        });
        if (format === 'tfjs') continue;
        await expect(exportModel(path, tinyModel(), { format, precision: 'uint8' })).rejects.toMatchObject({
          code: 'CONFIG_INVALID',
          message: `precision: expected float32 with ${format}; got uint8. Only tfjs knows it.`,
        });
      }
      expect(await readdir(folder)).toEqual([]);
    });
  });

  test('says where it cannot write', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'folder'));
      await writeFile(join(folder, 'file'), 'kept');
      for (const format of exportFormats) {
        const path = join(folder, format === 'tfjs' ? 'file' : 'folder');
        await expect(exportModel(path, tinyModel(), { format })).rejects.toMatchObject({
          code: 'WRITE_FAILED',
          message: expect.stringContaining(`Cannot write ${path}`) as unknown,
        });
      }
      expect(await readFile(join(folder, 'file'), 'utf8')).toBe('kept');
      expect(await readdir(join(folder, 'folder'))).toEqual([]);
    });
  });
});

describe('exportName', () => {
  test('is the name of the model in the current folder, whatever the name says', () => {
    expect(exportFormats.map((format) => exportName('mini', format))).toEqual([
      'mini.h5',
      'mini.keras',
      'mini-tfjs',
      'mini.onnx',
    ]);
    expect(exportName('../../elsewhere/mini', 'onnx')).toBe('mini.onnx');
  });
});
