/** Formats are told by content, whatever the file is called. */
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { detectFormat } from '../../../src/model/formats/detectFormat.js';
import { writeKerasH5 } from '../../../src/model/formats/keras/kerasH5.js';
import { writeLayersModel } from '../../../src/model/formats/layers/layersFormat.js';
import { tinyModel, withFolder } from '../fixtureModel.js';

const hdf5 = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const zip = Buffer.from('PK\x03\x04', 'latin1');

/** The error of a file with this content. */
async function errorOf(content: string | Uint8Array): Promise<unknown> {
  let error: unknown;
  await withFolder(async (folder) => {
    const path = join(folder, 'model.h5');
    await writeFile(path, content);
    error = await detectFormat(path).then(
      () => 'no error',
      (thrown: unknown) => thrown,
    );
  });
  return error;
}

describe('detectFormat', () => {
  test('finds the model.json of a folder', async () => {
    await withFolder(async (folder) => {
      await writeLayersModel(folder, tinyModel());
      const path = join(folder, 'model.json');
      expect(await detectFormat(folder)).toEqual({ format: 'layers', path });
      expect(await detectFormat(path)).toEqual({ format: 'layers', path });
    });
  });

  test('knows a real HDF5 file', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'emotions.json');
      await writeKerasH5(path, tinyModel());
      expect(await detectFormat(path)).toEqual({ format: 'keras-h5', path });
    });
  });

  test.each([
    ['keras-h5', 'model.keras', hdf5],
    ['keras-h5', 'with a block of its own.hdf5', Buffer.concat([Buffer.alloc(512), hdf5])],
    ['keras-h5', 'with a larger block.hdf5', Buffer.concat([Buffer.alloc(2048), hdf5, Buffer.alloc(5000)])],
    ['keras', 'model.h5', zip],
    ['keras', 'an archive of nothing', Buffer.from('PK\x05\x06', 'latin1')],
    ['layers', 'model.h5', Buffer.from(' \n{"modelTopology": {}}')],
  ] as const)('says %s of %s', async (format, name, content) => {
    await withFolder(async (folder) => {
      const path = join(folder, name);
      await writeFile(path, content);
      expect(await detectFormat(path)).toEqual({ format, path });
    });
  });

  test.each([
    ['nothing', '', 'an empty file'],
    ['text', 'emotion,pixels,Usage\n0,70', 'text that begins "emotion,pixels,Usage\\n0,70"'],
    ['a list', '[1, 2]', 'text that begins "[1, 2]"'],
    ['a pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0', 'fetch it with "git lfs pull"'],
    ['a page', '\n<!DOCTYPE html><html>', 'a web page: download the file itself'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'a gzip archive: unpack it first'],
    ['TensorFlow Lite', Buffer.from('\x1c\0\0\0TFL3', 'latin1'), 'a TensorFlow Lite model'],
    ['bytes', Buffer.from([9, 7, 18, 0, 255]), 'a file that begins with the bytes 09 07 12 00 ff'],
    ['ONNX', Buffer.from([8, 8, 18, 3, 102]), 'an ONNX file, which is written here and not read'],
    ['half of a magic', hdf5.subarray(0, 4), 'the bytes 89 48 44 46'],
    ['zeros', Buffer.alloc(9000), 'the bytes 00 00 00 00 00 00 00 00'],
  ])('refuses %s', async (_what, content, got) => {
    expect(await errorOf(content)).toMatchObject({
      name: 'FerError',
      code: 'MODEL_INVALID',
      message: expect.stringMatching(/model\.h5: expected a model\.json, an HDF5 file .* or a Keras archive/),
    });
    expect(await errorOf(content)).toHaveProperty('message', expect.stringContaining(got));
  });

  test('refuses 10 GB of nothing at once', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'large.h5');
      await writeFile(path, '');
      await truncate(path, 1e10);
      await expect(detectFormat(path)).rejects.toThrow('begins with the bytes 00 00');
    });
  });

  test('refuses what is not there, and a folder without a model', async () => {
    await withFolder(async (folder) => {
      const missing = join(folder, 'missing.h5');
      await expect(detectFormat(missing)).rejects.toMatchObject({
        code: 'MODEL_NOT_FOUND',
        message: expect.stringContaining('missing.h5: no such file. Expected the folder of a run'),
      });
      await expect(detectFormat(folder)).rejects.toMatchObject({
        code: 'MODEL_NOT_FOUND',
        message: expect.stringMatching(/model\.json: no such file\. Name the folder of a finished run\.$/),
      });
      await writeFile(join(folder, 'a.hdf5'), '');
      await writeFile(join(folder, 'b.KERAS'), '');
      await expect(detectFormat(folder)).rejects.toThrow('Name the file: it holds a.hdf5, b.KERAS.');
      await expect(detectFormat(join(folder, 'a.hdf5', 'model.json'))).rejects.toMatchObject({
        code: 'MODEL_NOT_FOUND',
      });
    });
  });

  const onWindows = process.platform === 'win32';
  (onWindows ? test.skip : test)('refuses what is neither file nor folder', async () => {
    await expect(detectFormat('/dev/zero')).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('/dev/zero: cannot be read (it is no regular file)'),
    });
  });

  test('refuses a model.json that is a folder', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'model.json'));
      await expect(detectFormat(join(folder, 'model.json'))).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    });
  });
});
