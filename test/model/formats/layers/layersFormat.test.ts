import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readLayersModel, writeLayersModel } from '../../../../src/model/formats/layers/layersFormat.js';
import { formulaMiniXception, tinyModel, withFolder } from '../../fixtureModel.js';

/** What the tests below change in a model.json. */
interface ModelJson {
  format: string;
  modelTopology: {
    model_config?: { class_name: string; config: { layers: { name: string; inbound_nodes?: unknown }[] } };
  };
  weightsManifest: [{ paths: string[]; weights: Record<string, unknown>[]; sha256?: string }];
  userDefinedMetadata?: Record<string, unknown>;
}

async function editJson(folder: string, edit: (json: ModelJson) => void): Promise<void> {
  const file = join(folder, 'model.json');
  const json = JSON.parse(await readFile(file, 'utf8')) as ModelJson;
  edit(json);
  await writeFile(file, JSON.stringify(json));
}

/** The error of reading the tiny model after `damage`. */
async function errorAfter(damage: (folder: string) => Promise<void>): Promise<unknown> {
  let error: unknown;
  await withFolder(async (folder) => {
    await writeLayersModel(folder, tinyModel());
    await damage(folder);
    error = await readLayersModel(folder).then(
      () => 'no error',
      (thrown: unknown) => thrown,
    );
  });
  return error;
}

function modelError(code: string, problem: string): unknown {
  return expect.objectContaining({ name: 'FerError', code, message: expect.stringContaining(problem) as unknown });
}

describe('writeLayersModel and readLayersModel', () => {
  test('give back config, weights and card, from the folder or its model.json', async () => {
    await withFolder(async (folder) => {
      const model = formulaMiniXception();
      await writeLayersModel(join(folder, 'new'), model);
      expect(await readLayersModel(join(folder, 'new'))).toEqual(model);
      expect(await readLayersModel(join(folder, 'new', 'model.json'))).toEqual(model);
      expect(await readdir(join(folder, 'new'))).toEqual(['model.json', 'weights.bin']);
    });
  });

  test('lay the weights out as little-endian float32 in the order of the config', async () => {
    await withFolder(async (folder) => {
      const model = tinyModel();
      await writeLayersModel(folder, { ...model, weights: new Map([...model.weights].reverse()) });
      const bytes = await readFile(join(folder, 'weights.bin'));
      const values = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
      expect(values).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 10, 11]);
    });
  });

  test('refuse to write what could not be read', async () => {
    await withFolder(async (folder) => {
      const model = tinyModel([10, NaN]);
      await expect(writeLayersModel(folder, model)).rejects.toEqual(
        modelError('MODEL_INVALID', 'expected finite numbers in layer_2/bias, got NaN at 1'),
      );
      const card = { ...model.card, classNames: ['one', 'two', 'three'] };
      await expect(writeLayersModel(folder, { ...tinyModel(), card })).rejects.toEqual(
        modelError('MODEL_INVALID', 'the card names 3 classes, the layers give [2]'),
      );
      expect(await readdir(folder)).toEqual([]);
    });
  });
});

describe('replacing a model', () => {
  test('leaves one weights file, named by its content once weights.bin was taken', async () => {
    await withFolder(async (folder) => {
      await writeLayersModel(folder, tinyModel());
      await writeLayersModel(folder, tinyModel());
      expect(await readdir(folder)).toEqual(['model.json', 'weights.bin']);
      for (const bias of [1, 2, 2]) {
        await writeLayersModel(folder, tinyModel([bias, 0]));
        const files = await readdir(folder);
        expect(files).toEqual(['model.json', expect.stringMatching(/^weights\.[0-9a-f]{8}\.bin$/)]);
        expect((await readLayersModel(folder)).weights.get('layer_2/bias')!.data).toEqual(Float32Array.of(bias, 0));
      }
    });
  });

  test('survives a kill before and after model.json is replaced', async () => {
    await withFolder(async (folder) => {
      await writeLayersModel(folder, tinyModel([1, 0]));
      const oldFiles = await readAll(folder);
      await writeLayersModel(folder, tinyModel([2, 0]));
      const newFiles = await readAll(folder);
      const states = [
        { ...newFiles, ...oldFiles }, // the new weights are there, model.json is still the old one
        { ...oldFiles, ...newFiles }, // model.json is the new one, the old weights are still there
      ];
      for (const [state, bias] of [[states[0]!, 1] as const, [states[1]!, 2] as const]) {
        for (const [file, bytes] of Object.entries(state)) await writeFile(join(folder, file), bytes);
        expect((await readLayersModel(folder)).weights.get('layer_2/bias')!.data).toEqual(Float32Array.of(bias, 0));
      }
      await writeLayersModel(folder, tinyModel([3, 0]));
      expect(await readdir(folder)).toHaveLength(2);
    });
  });

  test('never shows a reader a mixture', async () => {
    await withFolder(async (folder) => {
      await writeLayersModel(folder, tinyModel([0, 0]));
      const writing = { done: false };
      const writer = (async () => {
        for (let i = 1; i <= 40; i++) await writeLayersModel(folder, tinyModel([i, i]));
      })().finally(() => (writing.done = true));
      const seen: number[] = [];
      do {
        const [first, second] = (await readLayersModel(folder)).weights.get('layer_2/bias')!.data;
        expect(second).toBe(first);
        seen.push(first!);
      } while (!writing.done);
      await writer;
      expect(new Set(seen).size).toBeGreaterThan(2);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
    });
  });
});

describe('readLayersModel refuses', () => {
  test('what is not there', async () => {
    await withFolder(async (folder) => {
      const missing = join(folder, 'nothing');
      await expect(readLayersModel(missing)).rejects.toEqual(modelError('MODEL_NOT_FOUND', `${missing}: no such file`));
      await expect(readLayersModel(folder)).rejects.toEqual(modelError('MODEL_NOT_FOUND', join(folder, 'model.json')));
    });
    const error = await errorAfter((folder) => rm(join(folder, 'weights.bin')));
    expect(error).toEqual(modelError('MODEL_NOT_FOUND', 'weights.bin: no such file'));
  });

  test('truncated, longer and changed weights', async () => {
    expect(await errorAfter((folder) => truncate(join(folder, 'weights.bin'), 39))).toEqual(
      modelError('MODEL_INVALID', 'expected 40 bytes for 2 weights, got 39 in weights.bin'),
    );
    expect(await errorAfter((folder) => writeFile(join(folder, 'weights.bin'), Buffer.alloc(44)))).toEqual(
      modelError('MODEL_INVALID', 'expected 40 bytes for 2 weights, got 44 in weights.bin'),
    );
    expect(await errorAfter((folder) => writeFile(join(folder, 'weights.bin'), Buffer.alloc(40)))).toEqual(
      modelError('MODEL_INVALID', 'its SHA-256 differs'),
    );
  });

  test('weights that are not finite', async () => {
    const error = await errorAfter(async (folder) => {
      await writeFile(join(folder, 'weights.bin'), new Float32Array(10).fill(Infinity));
      await editJson(folder, (json) => delete json.weightsManifest[0].sha256);
    });
    expect(error).toEqual(modelError('MODEL_INVALID', 'expected finite numbers in layer_2/kernel, got Infinity at 0'));
  });

  test.each(['', 'not json', '[]', '"text"'])('%j for a model.json', async (text) => {
    const error = await errorAfter((folder) => writeFile(join(folder, 'model.json'), text));
    expect(error).toEqual(modelError('MODEL_INVALID', 'expected the model.json of a layers-format model'));
  });

  test.each([
    '../weights.bin',
    '/etc/passwd',
    'a/../../b',
    'https://example.org/w.bin',
    'C:\\w.bin',
    '..\\w.bin',
    '.',
    '',
  ])('weights at %j', async (path) => {
    const error = await errorAfter((folder) => editJson(folder, (json) => (json.weightsManifest[0].paths = [path])));
    expect(error).toEqual(modelError('MODEL_INVALID', `inside its own folder, got ${JSON.stringify(path)}`));
  });

  test.each<[string, (json: ModelJson) => void]>([
    ['expected float32 values in weight layer_2/kernel, got "float16"', (json) => (weight(json)['dtype'] = 'float16')],
    ['layer_2/kernel to be quantised as float16', (json) => (weight(json)['quantization'] = { dtype: 'uint8' })],
    ['expected a weight layer_2/kernel, got none', (json) => (weight(json)['name'] = 'dense/kernel')],
    ['got layer_2/bias twice', (json) => json.weightsManifest[0].weights.push(...zeroSized('layer_2/bias'))],
    ['layers have, got extra too', (json) => json.weightsManifest[0].weights.push(...zeroSized('extra'))],
    ['weight layer_2/kernel to be [4, 2] as its layer says, got [2, 4]', (json) => (weight(json)['shape'] = [2, 4])],
    ['expected a name and a shape', (json) => (weight(json)['shape'] = [-4, -2])],
    ['expected a weightsManifest, got none', (json) => Object.assign(json, { weightsManifest: undefined })],
    ['expected paths and weights', (json) => Object.assign(json, { weightsManifest: [null] })],
    ['expected a model of class Sequential, Model or Functional', (json) => (json.modelTopology = {})],
    ['expected a model of class', (json) => (modelConfig(json).class_name = 'Network')],
    ['expected the name of a layer, got "input"', (json) => (modelConfig(json).config.layers = [])],
    ['got layer_1 twice', (json) => (modelConfig(json).config.layers[2]!.name = 'layer_1')],
    [
      'expected layer layer_1 to have inbound_nodes',
      (json) => delete modelConfig(json).config.layers[1]!.inbound_nodes,
    ],
    [
      'expected the name of a layer, got "no"',
      (json) => Object.assign(modelConfig(json).config, { output_layers: [['no', 0, 0]] }),
    ],
    ['expected a model card', (json) => delete json.userDefinedMetadata],
    ['the model card lacks licence', (json) => delete json.userDefinedMetadata!['licence']],
    [
      'the card says input [3, 3, 1], the layers take [2, 2, 1]',
      (json) => (json.userDefinedMetadata!['inputShape'] = [3, 3, 1]),
    ],
  ])('a model.json: %s', async (problem, edit) => {
    const error = await errorAfter((folder) => editJson(folder, edit));
    expect(error).toEqual(modelError('MODEL_INVALID', problem));
    expect((error as Error).message).toContain('model.json: ');
  });
});

function weight(json: ModelJson): Record<string, unknown> {
  return json.weightsManifest[0].weights[0]!;
}

function zeroSized(name: string): Record<string, unknown>[] {
  return [{ name, shape: [0], dtype: 'float32' }];
}

function modelConfig(json: ModelJson): NonNullable<ModelJson['modelTopology']['model_config']> {
  return json.modelTopology.model_config!;
}

async function readAll(folder: string): Promise<Record<string, Uint8Array>> {
  const files = await readdir(folder);
  const contents = await Promise.all(files.map((file) => readFile(join(folder, file))));
  return Object.fromEntries(files.map((file, i) => [file, contents[i]!]));
}
