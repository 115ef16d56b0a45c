/** One model file for every kind of hostility that is known, small enough to check by hand. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayerConfig, LayersConfig } from '../../src/model/modelFile.js';
import { tinyModel } from '../model/fixtureModel.js';
import { layOutHdf5, type KerasLayout } from '../model/formats/keras/hdf5Layout.js';
import { sourcePath } from '../model/formats/keras/kerasFiles.js';
import { replaced, zip } from '../model/formats/keras/zipArchive.js';
import { plainBytes, plainJson, type StoredJson } from '../model/formats/layers/storedFiles.js';

/** A hostile model: what it is, its content, and a part of the one line that it must end in. */
export type HostileModel = readonly [what: string, content: Content, problem: string];

/** A file, or a folder of files. */
type Content = () => Promise<Uint8Array | string | Readonly<Record<string, Uint8Array>>>;

/** Writes `content` as `path`, or into the folder `path`, which exists. Gives what to open. */
export async function writeHostile(folder: string, content: Content): Promise<string> {
  const written = await content();
  if (typeof written === 'string' || written instanceof Uint8Array) {
    await writeFile(join(folder, 'model'), written);
    return join(folder, 'model');
  }
  for (const [name, bytes] of Object.entries(written)) await writeFile(join(folder, name), bytes);
  return folder;
}

const keras205 = (): Promise<Buffer> => readFile(sourcePath('files/keras-2.0.5.h5'));
const archive = (): Promise<Buffer> => readFile(sourcePath('files/keras-2.13.keras'));
const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length / 2);

const { config, weights } = tinyModel(); // flatten, then a dense layer from 4 to 2
const kernel = weights.get('layer_2/kernel')!;

/** An HDF5 file of the tiny network with this bias. */
function withBias(bias: KerasLayout['layers'][number][1][number][1]): Promise<Uint8Array> {
  const dense: KerasLayout['layers'][number] = [
    'layer_2',
    [
      ['kernel', kernel],
      ['bias', bias],
    ],
  ];
  return layOutHdf5({ config, layers: [dense] });
}

/** A folder of the layers format: the plain one, edited. */
function layers(edit: (json: StoredJson) => unknown, bytes: Uint8Array = plainBytes()): Content {
  return () => {
    const json = structuredClone(plainJson());
    edit(json);
    const text = JSON.stringify(json).replaceAll('"protoKey"', '"__proto__"');
    return Promise.resolve({ 'model.json': Buffer.from(text), 'weights.bin': bytes });
  };
}

const layerAt = (json: StoredJson, index: number): LayerConfig =>
  (json.modelTopology as { model_config: LayersConfig }).model_config.config.layers[index]!;

/** Named as the readers' own tests name them; every reader is among them. */
export const hostileModels: readonly HostileModel[] = [
  ['half an HDF5 file', async () => half(await keras205()), 'it cannot be read'],
  ['half an archive', async () => half(await archive()), 'End of central directory record signature not found'],
  ['half a model.json', () => Promise.resolve(JSON.stringify(plainJson()).slice(0, 300)), 'expected the model.json of'],
  ['no bytes', () => Promise.resolve(''), 'got an empty file'],
  ['a text', () => Promise.resolve('emotion,pixels,Usage\n0,70 80'), 'text that begins'],
  ['a wrong magic', async () => (await keras205()).fill(0, 0, 4), 'begins with the bytes 00 00 00 00'],
  ['10 GB in a shape', layers((json) => (json.weightsManifest[0]!.weights[0]!['shape'] = [5e4, 5e4])), 'MB at most'],
  ['10 GB in the shape of a dataset', async () => withHugeDataset(await keras205()), 'cannot be opened'],
  [
    'a layer of 10 GB',
    layers((json) => (layerAt(json, 2).config['units'] = 25e8)),
    '2500000000 values; expected at most',
  ],
  [
    'an image of 1 GB from 12 bytes',
    layers((json) => Object.assign(layerAt(json, 1), { class_name: 'ZeroPadding2D', config: { padding: 8000 } })),
    'values; expected at most 16777216',
  ],
  ['weights that are too short', layers(() => undefined, plainBytes().subarray(4)), 'expected 32 bytes'],
  ['weights that are too long', layers(() => undefined, Buffer.alloc(36)), 'expected 32 bytes for 2 weights, got 36'],
  ['a bias that is too short', () => withBias({ shape: [1], data: Float32Array.of(1) }), 'layer_2/bias'],
  ['a bias that is too long', () => withBias({ shape: [9], data: new Float32Array(9) }), 'its weights have 17'],
  ['weights that are no numbers', () => withBias({ shape: [2], data: Float32Array.of(1, NaN) }), 'got NaN at 1'],
  ['no numbers in weights.bin', layers(() => undefined, Buffer.alloc(32, 255)), 'expected finite numbers'],
  ['weights outside', layers((json) => (json.weightsManifest[0]!.paths = ['../weights.bin'])), 'its own folder'],
  ['weights of a URL', layers((json) => (json.weightsManifest[0]!.paths = ['http://a.b/c'])), 'its own folder'],
  ['a zip bomb', () => zip([['model.weights.h5', Buffer.alloc(2e6)]], true), 'is said to grow from'],
  [
    'a member outside',
    async () => replaced(await zip([['xx/evil', '']]), 'xx/evil', '../evil'),
    'invalid relative path: ../evil',
  ],
  ['a cycle', layers((json) => (layerAt(json, 1).inbound_nodes = [[['layer_2', 0, 0, {}]]])), 'own output'],
  ['two layers of one name', layers((json) => (layerAt(json, 1).name = 'layer_2')), 'got layer_2 twice'],
  [
    'a field of every object',
    layers((json) => Object.assign(layerAt(json, 1).config, { protoKey: { polluted: true } })),
    'has a field "__proto__"',
  ],
  ['a class of every object', layers((json) => (layerAt(json, 1).class_name = 'constructor')), '(constructor) cannot'],
  ['a file that makes the HDF5 library loop', async () => looping(await keras205()), 'does not come to an end'],
];

/** Whose weights are numbers, and whose answers are none. */
export const overflowingModel = layers(() => undefined, Buffer.from(new Float32Array(8).fill(3e38).buffer));

/** A kernel of 2x2x2x3 whose last axis says 312,500,000. */
function withHugeDataset(bytes: Buffer): Buffer {
  const shape = Buffer.from(BigUint64Array.of(2n, 2n, 2n, 3n).buffer);
  const huge = Buffer.from(BigUint64Array.of(2n, 2n, 2n, 312_500_000n).buffer);
  for (let at = bytes.indexOf(shape); at >= 0; at = bytes.indexOf(shape)) huge.copy(bytes, at);
  return bytes;
}

/** The library walks from text to text by their sizes, which stand in the 16 bytes before each: one of size 0 is its own successor. */
function looping(bytes: Buffer): Buffer {
  const text = bytes.indexOf('conv2d_1_2/kernel:0');
  return bytes.fill(0, text - 16, text);
}
