/** Damaged and hostile HDF5 files: each ends in one clear error, before memory or time is spent on it. */
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { decodeKerasH5 } from '../../../../src/model/formats/keras/decodeKerasH5.js';
import { encodeHdf5, writeText } from '../../../../src/model/formats/keras/encodeHdf5.js';
import { readKerasArchive } from '../../../../src/model/formats/keras/readKerasArchive.js';
import { readKerasH5 } from '../../../../src/model/formats/keras/readKerasH5.js';
import { tinyModel, withFolder } from '../../fixtureModel.js';
import { layOutHdf5, silenceHdf5, type KerasLayout } from './hdf5Layout.js';
import { sourcePath } from './kerasFiles.js';

beforeAll(silenceHdf5);

const { config, weights } = tinyModel(); // flatten, then a dense layer from 4 to 2
const kernel = weights.get('layer_2/kernel')!;
const bias = weights.get('layer_2/bias')!;
const dense: KerasLayout['layers'][number] = [
  'layer_2',
  [
    ['kernel:0', kernel],
    ['bias:0', bias],
  ],
];
const layers: KerasLayout['layers'] = [['input', []], ['layer_1', []], dense];

const refusal = (bytes: Uint8Array): Promise<unknown> =>
  decodeKerasH5(bytes, 'm.h5').then(
    () => 'read',
    (error: unknown) => error,
  );

/** The layout's file is refused with MODEL_INVALID and a message that contains `message` and says what to do. */
async function expectRefusal(layout: KerasLayout, message: string): Promise<void> {
  const error = await refusal(await layOutHdf5(layout));
  expect(error).toMatchObject({ code: 'MODEL_INVALID' });
  expect((error as Error).message).toMatch(/^m\.h5: /);
  expect((error as Error).message).toContain(message);
}

/** The fixture `name` with the lengths `from` of a dataset's axes replaced by `to`, where they stand in the file. */
async function withShape(name: string, from: readonly number[], to: readonly number[]): Promise<Buffer> {
  const bytes = Buffer.from(await readFile(sourcePath(`files/${name}`)));
  const lengths = (shape: readonly number[]): Buffer => Buffer.from(BigUint64Array.from(shape, BigInt).buffer);
  for (let at = bytes.indexOf(lengths(from)); at >= 0; at = bytes.indexOf(lengths(from))) lengths(to).copy(bytes, at);
  return bytes;
}

describe('a file of the layout of Keras 2', () => {
  test('is read when it is as it should be', async () => {
    const bytes = await layOutHdf5({ config, layers, attributes: { keras_version: '2.2.4' } });
    const stored = await decodeKerasH5(bytes, 'm.h5');
    expect(stored).toMatchObject({ config, card: undefined, format: 'keras-h5', writer: 'Keras 2.2.4' });
    expect(stored.weights).toEqual(weights);
  });

  test.each<[what: string, layout: KerasLayout, message: string]>([
    [
      'weights alone',
      { layers },
      'expected a full model, got weights without their network, as save_weights writes them',
    ],
    ['nothing of Keras', { config: undefined, layers: [], attributes: { a: 'b' } }, 'as save_weights writes them'],
    [
      'a network that is no JSON',
      { layers, attributes: { model_config: '{"class_name": ' } },
      'its model_config is not JSON',
    ],
    ['a card that is no JSON', { config, layers, attributes: { fer_model_card: '{' } }, 'its model card is not JSON'],
    ['no weights', { config, layers: [] }, 'layer layer_2: expected'],
    [
      'a layer twice',
      { config, layers: [...layers, dense] },
      'expected each layer once in layer_names, got layer_2 twice',
    ],
    [
      'a layer too many',
      { config, layers: [...layers, ['__proto__', dense[1]]] },
      'weights for __proto__, which is not a layer',
    ],
    ['a weight too few', { config, layers: [['layer_2', [dense[1][0]!]]] }, 'layer layer_2: expected'],
    [
      'a weight too many',
      { config, layers: [['layer_2', [...dense[1], ['more', bias]]]] },
      'expected 10 values, its weights have 12',
    ],
    [
      'weights of other shapes',
      {
        config,
        layers: [
          [
            'layer_2',
            [
              ['kernel', { shape: [2, 4], data: kernel.data }],
              ['bias', bias],
            ],
          ],
        ],
      },
      'layer_2/kernel',
    ],
    [
      'a weight that is no number',
      { config, layers: [['layer_2', [dense[1][0]!, ['bias', { shape: [2], data: Float32Array.of(1, NaN) }]]]] },
      'expected finite numbers in layer_2/bias, got NaN at 1',
    ],
    [
      'whole numbers',
      { config, layers: [['layer_2', [dense[1][0]!, ['bias', { shape: [2], data: Int32Array.of(1, 2) }]]]] },
      'dataset /model_weights/layer_2/bias does not hold float16, float32 or float64 values',
    ],
  ])('is refused with %s', async (_, layout, message) => expectRefusal(layout, message));

  test('is refused with shapes of 10 GB, stored plainly or zipped', async () => {
    const plain = await refusal(await withShape('keras-2.0.5.h5', [2, 2, 2, 3], [2, 2, 2, 312_500_000]));
    expect((plain as Error).message).toContain('dataset /model_weights/conv2d_2/conv2d_2_2/kernel:0 cannot be opened');
    const zipped = await refusal(await withShape('split-names.h5', [2, 2, 2, 3], [2, 2, 2, 156_250_000]));
    expect((zipped as Error).message).toMatch(/is said to hold 10000000000 bytes, more than a file of \d+ can/);
  });

  test('is refused when a zipped weight is larger than its layer', async () => {
    const data = new Float32Array(1e6);
    const big: KerasLayout['layers'] = [
      [
        'layer_2',
        [
          ['kernel', { shape: [1e6], data }],
          ['bias', bias],
        ],
      ],
    ];
    await expectRefusal(
      { config, layers: big, chunked: true },
      'layer layer_2: expected 10 values, its weights have 1000002',
    );
  });

  test('cannot reach another file', async () => {
    const elsewhere = await encodeHdf5((file) => {
      writeText(file, 'model_config', JSON.stringify(config));
      const root = file.create_group('model_weights');
      root.create_attribute('layer_names', ['layer_2'], [1], 'S');
      const group = root.create_group('layer_2');
      group.create_attribute('weight_names', ['kernel'], [1], 'S');
      group.create_external_link(
        sourcePath('files/keras-2.0.5.h5'),
        '/model_weights/dense_1/dense_1_2/kernel:0',
        'kernel',
      );
    });
    expect(((await refusal(elsewhere)) as Error).message).toContain('it has no dataset /model_weights/layer_2/kernel');
  });

  test.each([8, 100, 1000, 5000, 10_000])('is refused when only its first %i bytes are there', async (length) => {
    const bytes = await readFile(sourcePath('files/keras-2.0.5.h5'));
    const error = await refusal(Uint8Array.from(bytes.subarray(0, length)));
    expect((error as Error).message).toMatch(/^m\.h5: expected an HDF5 file that Keras wrote, but it cannot be read/);
  });
});

test('a file of another kind is refused without a thread', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'model.h5');
    await writeFile(path, 'a text, not a model');
    await expect(readKerasH5(path)).rejects.toThrow(
      'expected an HDF5 file (.h5, .hdf5), got one that begins otherwise',
    );
    await expect(readKerasArchive(path)).rejects.toThrow('expected a .keras archive, got one that begins otherwise');
    await writeFile(path, '');
    await expect(readKerasH5(path)).rejects.toThrow('got an empty file');
    await truncate(path, 161e6); // takes no room on the disk
    await expect(readKerasH5(path)).rejects.toThrow('expected an HDF5 file (.h5, .hdf5) of 160 MB at most, got 161 MB');
    await mkdir(join(folder, 'folder.h5'));
    await expect(readKerasH5(join(folder, 'folder.h5'))).rejects.toThrow('got something that is no file');
  });
});

test('a file that makes the HDF5 library loop is refused when its time is over', async () => {
  const bytes = await readFile(sourcePath('files/keras-2.0.5.h5'));
  // The library walks from text to text by their sizes, which stand in the 16 bytes before each: one of size 0 is its own successor.
  const text = bytes.indexOf('conv2d_1_2/kernel:0');
  bytes.fill(0, text - 16, text);
  await withFolder(async (folder) => {
    const path = join(folder, 'model.h5');
    await writeFile(path, bytes);
    await expect(readKerasH5(path)).rejects.toThrow(
      `${path}: expected a model that Keras wrote, but reading it does not come to an end`,
    );
  });
});

test('what the thread refuses arrives with its code, and without the control characters of the file', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'model.h5');
    await writeFile(path, await layOutHdf5({ config, layers: [...layers, ['\u001b[2J', dense[1]]] }));
    const error = await readKerasH5(path).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ name: 'FerError', code: 'MODEL_INVALID' });
    expect((error as Error).message).toContain(`${path}: it has weights for ?[2J, which is not a layer of its network`);
  });
});
