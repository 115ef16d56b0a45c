/** Layers-format files by anybody: what is read, to the value, and what is refused. */
import { mkdir, rm, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { writeLayersModel } from '../../../../src/model/formats/layers/layersFormat.js';
import { readStoredLayers } from '../../../../src/model/formats/layers/readLayers.js';
import type { StoredModel } from '../../../../src/model/formats/storedModel.js';
import type { LayerConfig } from '../../../../src/model/modelFile.js';
import { chain, tinyModel, withFolder } from '../../fixtureModel.js';
import { plainBytes, plainJson, threePixels, writeStored, type StoredJson } from './storedFiles.js';

/** What is read from a plain model.json after `edit`, with `files` beside it. */
async function readEdited(
  edit: (json: StoredJson) => unknown,
  files: Record<string, Uint8Array> = { 'weights.bin': plainBytes() },
): Promise<StoredModel> {
  const json = plainJson();
  edit(json);
  let stored: StoredModel | undefined;
  await withFolder(async (folder) => {
    await writeStored(folder, json, files);
    stored = await readStoredLayers(folder);
  });
  return stored!;
}

function values(stored: StoredModel): Record<string, number[]> {
  return Object.fromEntries([...stored.weights].map(([name, { data }]) => [name, [...data]]));
}

const plainValues = { 'layer_2/kernel': [1, 2, 3, 4, 5, 6], 'layer_2/bias': [7, 8] };

describe('readStoredLayers gives', () => {
  test('what a run folder holds, with its card unchecked', async () => {
    await withFolder(async (folder) => {
      const model = tinyModel();
      await writeLayersModel(folder, model);
      const stored = await readStoredLayers(folder);
      expect(stored).toMatchObject({ ...model, format: 'layers', writer: expect.stringMatching(/^fer \d/) });
      expect(await readStoredLayers(join(folder, 'model.json'))).toEqual(stored);
    });
  });

  test.each([
    ['no metadata', undefined],
    ['metadata of another program', { labels: ['no', 'yes'], version: '2.4.7' }],
  ])('no card for %s', async (_what, metadata) => {
    const stored = await readEdited((json) => (json.userDefinedMetadata = metadata));
    expect(stored.card).toBeUndefined();
    expect(values(stored)).toEqual(plainValues);
  });

  test('a card that is damaged as it is: whoever completes it says what is wrong', async () => {
    const stored = await readEdited((json) => (json.userDefinedMetadata = { classNames: 'no' }));
    expect(stored.card).toEqual({ classNames: 'no' });
  });

  test('a topology without model_config, as TensorFlow.js writes it', async () => {
    const stored = await readEdited((json) => (json.modelTopology = { ...threePixels, backend: 'tensor_flow.js' }));
    expect(values(stored)).toEqual(plainValues);
  });

  test.each([
    ['keras v2.4.0', 'keras v2.4.0'],
    [undefined, 'TensorFlow.js'],
    ['\u001b[31mred', 'TensorFlow.js'],
  ])('the writer %j as %s', async (generatedBy, writer) => {
    const stored = await readEdited((json) => Object.assign(json, { generatedBy }));
    expect(stored.writer).toBe(writer);
  });

  test('weights cut into several files anywhere, and several groups', async () => {
    const bytes = plainBytes();
    const shards = { a: bytes.subarray(0, 5), b: bytes.subarray(5, 24), c: bytes.subarray(24) };
    const stored = await readEdited((json) => {
      const [kernel, bias] = json.weightsManifest[0]!.weights;
      json.weightsManifest = [
        { paths: ['a', 'b'], weights: [kernel!] },
        { paths: ['c'], weights: [bias!] },
      ];
    }, shards);
    expect(values(stored)).toEqual(plainValues);
  });

  test.each([
    ['numbered, as the converter names those of Keras 3', 'layer_2/1', 'layer_2/0'],
    ['with a folder between, as TensorFlow 2.2 did', 'layer_2/cell/bias', 'layer_2/cell/kernel'],
  ])('weights %s, in the order of the layers', async (_what, bias, kernel) => {
    const stored = await readEdited((json) => {
      const weights = json.weightsManifest[0]!.weights;
      json.weightsManifest[0]!.weights = [
        { ...weights[1], name: bias, shape: [2] },
        { ...weights[0], name: kernel, shape: [3, 2] },
      ];
    });
    expect([...stored.weights.keys()]).toEqual(['layer_2/kernel', 'layer_2/bias']);
    expect(values(stored)).toEqual({ 'layer_2/kernel': [3, 4, 5, 6, 7, 8], 'layer_2/bias': [1, 2] });
  });

  test('layers named like what every object has', async () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const config = chain(
      [1, 2, 1],
      [
        ['Flatten', {}],
        ['Dense', { units: 2 }],
        ['Dense', { units: 2, use_bias: false }],
      ],
    );
    let text = JSON.stringify(config);
    names.forEach((name, i) => (text = text.replaceAll(`layer_${i + 1}`, name)));
    const kernel = (name: string): object => ({ name, shape: [2, 2], dtype: 'float32' });
    const weights = [kernel('constructor/kernel'), { name: 'constructor/bias', shape: [2], dtype: 'float32' }];
    const stored = await readEdited(
      (json) => {
        json.modelTopology = JSON.parse(text);
        Object.assign(json.weightsManifest[0]!, { weights: [...weights, kernel('toString/kernel')] });
      },
      { 'weights.bin': Buffer.alloc(40) },
    );
    expect(stored.config.config.layers.map(({ name }) => name)).toEqual(['input', ...names]);
    expect([...stored.weights.keys()]).toEqual(['constructor/kernel', 'constructor/bias', 'toString/kernel']);
  });

  test('2,000 layers listed from the last to the first', async () => {
    const config = chain(
      [2, 2, 1],
      Array.from({ length: 1999 }, (_, i) => (i < 1998 ? ['Activation', { activation: 'relu' }] : ['Flatten', {}])),
    );
    config.config.layers.reverse();
    const stored = await readEdited((json) => Object.assign(json, { modelTopology: config, weightsManifest: [] }), {});
    expect(stored.config.config.layers).toHaveLength(2000);
  });
});

describe('readStoredLayers gives quantised weights', () => {
  /** Reads a kernel stored as `quantization` says, before a bias of whole floats. */
  async function kernelOf(quantization: unknown, bytes: Uint8Array): Promise<number[]> {
    const bias = plainBytes().subarray(24);
    const stored = await readEdited((json) => (json.weightsManifest[0]!.weights[0]!['quantization'] = quantization), {
      'weights.bin': Buffer.concat([bytes, bias]),
    });
    expect([...stored.weights.get('layer_2/bias')!.data]).toEqual([7, 8]);
    return [...stored.weights.get('layer_2/kernel')!.data];
  }

  test('of 8 bits: q * scale + min', async () => {
    const bytes = Uint8Array.of(0, 1, 2, 3, 128, 255);
    const quantization = { dtype: 'uint8', scale: 0.5, min: -1, original_dtype: 'float32' };
    expect(await kernelOf(quantization, bytes)).toEqual([-1, -0.5, 0, 0.5, 63, 126.5]);
  });

  test('of 16 bits: q * scale + min', async () => {
    const bytes = Buffer.from([0, 0, 1, 0, 0, 1, 255, 255, 2, 0, 0, 128]); // 0, 1, 256, 65535, 2, 32768
    const quantization = { dtype: 'uint16', scale: 0.25, min: 10 };
    expect(await kernelOf(quantization, bytes)).toEqual([10, 10.25, 74, 16393.75, 10.5, 8202]);
  });

  test('of 16-bit floats', async () => {
    const halves = [0x4900, 0xc980, 0x3555, 0x0001, 0x7bff, 0x8000];
    const bytes = Buffer.from(halves.flatMap((half) => [half & 255, half >> 8]));
    const kernel = await kernelOf({ dtype: 'float16', original_dtype: 'float32' }, bytes);
    expect(kernel).toEqual([10, -11, 1365 / 4096, 2 ** -24, 65504, -0]);
  });

  test.each([
    ['infinity among 16-bit floats', { dtype: 'float16' }, 12, 'expected finite numbers in layer_2/kernel'],
    ['a scale that is none', { dtype: 'uint8', scale: null, min: 0 }, 6, 'got {"dtype":"uint8","scale":null'],
    ['a scale too large', { dtype: 'uint8', scale: 1e300, min: 0 }, 6, 'expected finite numbers in layer_2/kernel'],
    ['no min', { dtype: 'uint16', scale: 1 }, 12, 'expected weight layer_2/kernel to be quantised as'],
    ['an unknown dtype', { dtype: 'int4', scale: 1, min: 0 }, 3, 'expected weight layer_2/kernel to be quantised as'],
    ['whole numbers', { dtype: 'uint8', scale: 1, min: 0, original_dtype: 'int32' }, 6, '"original_dtype":"in'],
    ['fewer bytes than the shape says', { dtype: 'uint8', scale: 1, min: 0 }, 5, 'expected 14 bytes for 2 weights'],
    ['no object', 'uint8', 6, 'got "uint8"'],
  ])('unless there is %s', async (_what, quantization, count, problem) => {
    const infinities = new Uint8Array(count).fill(0x7c); // as half: 0x7c7c, not a number
    await expect(kernelOf(quantization, infinities)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(problem),
    });
  });
});

describe('readStoredLayers refuses', () => {
  const layers = (json: StoredJson): LayerConfig[] =>
    (json.modelTopology as { model_config: typeof threePixels }).model_config.config.layers;

  test.each<[string, (json: StoredJson) => unknown, string]>([
    ['another JSON file', (json) => (json.modelTopology = undefined), 'with "format, generatedBy, weightsManifest"'],
    ['a graph model', (json) => (json.format = 'graph-model'), 'MODEL_UNSUPPORTED'],
    ['an unknown layer', (json) => (layers(json)[1]!.class_name = 'Lambda'), 'MODEL_UNSUPPORTED'],
    ['a class that every object has', (json) => (layers(json)[1]!.class_name = 'constructor'), 'MODEL_UNSUPPORTED'],
    ['a cycle', (json) => (layers(json)[1]!.inbound_nodes = [[['layer_2', 0, 0, {}]]]), 'own output'],
    ['two layers of one name', (json) => (layers(json)[1]!.name = 'layer_2'), 'got layer_2 twice'],
    ['a weight twice', (json) => (json.weightsManifest[0]!.weights[1]!['name'] = 'layer_2/kernel'), 'kernel twice'],
    [
      'one weight by two names',
      (json) => (json.weightsManifest[0]!.weights[1]!['name'] = 'layer_2/0'),
      'expected a weight',
    ],
    ['a file twice', (json) => (json.weightsManifest[0]!.paths = ['weights.bin', 'weights.bin']), 'weights.bin twice'],
    [
      '40 GB in a shape',
      (json) => (json.weightsManifest[0]!.weights[0]!['shape'] = [1e5, 1e5]),
      'read and in their files, got 80000000016 bytes',
    ],
    [
      'more than any shape',
      (json) => (json.weightsManifest[0]!.weights[0]!['shape'] = [1e15, 1e300]),
      'name and a shape',
    ],
    ['a layer of 40 GB', (json) => (layers(json)[2]!.config['units'] = 1e10), '10000000000'],
    ['2,001 layers', (json) => layers(json).push(...many(1998)), 'layers, got 2001'],
    [
      'a topology that only a prototype has',
      (json) => (json.modelTopology = proto({ class_name: 'Model', config: threePixels.config })),
      'expected a model of class',
    ],
    [
      'a layer of a prototype',
      (json) => layers(json).push(proto({ name: 'x', class_name: 'Add' }) as LayerConfig),
      'class_name',
    ],
    [
      'fields nested a million deep',
      (json) => Object.assign(json.weightsManifest[0]!.weights[0]!, { shape: nested(1e6) }),
      'name and a shape',
    ],
  ])('%s', async (_what, edit, problem) => {
    const json = structuredClone(plainJson());
    edit(json);
    await withFolder(async (folder) => {
      await writeStored(folder, stringify(json), { 'weights.bin': plainBytes() });
      const error: unknown = await readStoredLayers(folder).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'FerError', code: expect.stringMatching(/^MODEL_(INVALID|UNSUPPORTED)$/) });
      expect(`${(error as { code: string }).code} ${(error as Error).message}`).toContain(problem);
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
      expect(({} as Record<string, unknown>)['model_config']).toBeUndefined();
    });
  });

  test('a model.json of more than any network needs', async () => {
    await withFolder(async (folder) => {
      await writeStored(folder, '['.repeat(5e6), {});
      await expect(readStoredLayers(folder)).rejects.toThrow('5000000 bytes, more than the 4194304 that are read');
    });
  });

  test('weights of 10 GB without reading them, and what is no file', async () => {
    await withFolder(async (folder) => {
      await writeStored(folder, plainJson(), { 'weights.bin': plainBytes() });
      const weights = join(folder, 'weights.bin');
      await truncate(weights, 1e10);
      await expect(readStoredLayers(folder)).rejects.toThrow(
        'expected 32 bytes for 2 weights, got 10000000000 in weights.bin',
      );
      await rm(weights);
      await mkdir(weights);
      await expect(readStoredLayers(folder)).rejects.toThrow('weights.bin: cannot be read (it is a folder)');
    });
  });

  test('more weights than memory should hold, though config and file agree', async () => {
    await withFolder(async (folder) => {
      const config = chain(
        [1, 10, 1],
        [
          ['Flatten', {}],
          ['Dense', { units: 15e6 }],
        ],
      );
      const weights = [
        { name: 'layer_2/kernel', shape: [10, 15e6], dtype: 'float32' },
        { name: 'layer_2/bias', shape: [15e6], dtype: 'float32' },
      ];
      const json = { modelTopology: config, weightsManifest: [{ paths: ['weights.bin'], weights }] };
      await writeStored(folder, json, { 'weights.bin': new Uint8Array(0) });
      await truncate(join(folder, 'weights.bin'), 660e6); // takes no room on the disk
      await expect(readStoredLayers(folder)).rejects.toThrow(
        'expected weights that take 1200 MB at most, read and in their files, got 1320000000 bytes',
      );
    });
  });

  const onWindows = process.platform === 'win32';
  (onWindows ? test.skip : test)('weights without end', async () => {
    await withFolder(async (folder) => {
      await writeStored(folder, plainJson(), {});
      await symlink('/dev/zero', join(folder, 'weights.bin'));
      await expect(readStoredLayers(folder)).rejects.toThrow('cannot be read (it is no regular file)');
    });
  });
});

/** Layers that hang on the input. */
function many(count: number): LayerConfig[] {
  return Array.from({ length: count }, (_, i) => ({
    class_name: 'Activation',
    name: `more_${i}`,
    config: { activation: 'relu' },
    inbound_nodes: [[['input', 0, 0, {}]]],
  }));
}

/** Marks `fields` to be written under the key `__proto__`. */
function proto(fields: object): object {
  return { protoKey: fields };
}

/** Marks a place that `stringify` fills with `depth` arrays in each other. */
function nested(depth: number): string {
  return `nested ${depth}`;
}

function stringify(json: StoredJson): string {
  return JSON.stringify(json)
    .replaceAll('"protoKey"', '"__proto__"')
    .replace(/"nested (\d+)"/, (_, depth: string) => '['.repeat(Number(depth)) + ']'.repeat(Number(depth)));
}
