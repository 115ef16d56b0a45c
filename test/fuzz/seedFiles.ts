/** Sound model files of every kind that is read: what the fuzzer damages. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModelCard } from '../../src/model/card.js';
import type { CardAssumptions } from '../../src/model/formats/completeCard.js';
import { writeKerasH5 } from '../../src/model/formats/keras/kerasH5.js';
import { writeKerasArchive } from '../../src/model/formats/keras/writeKerasArchive.js';
import { writeLayersModel } from '../../src/model/formats/layers/layersFormat.js';
import { precisions } from '../../src/model/formats/layers/precision.js';
import type { StoredFormat } from '../../src/model/formats/storedModel.js';
import type { LayersConfig, ModelFile } from '../../src/model/modelFile.js';
import { hashedWeights } from '../model/architectures/hashedNumbers.js';
import { chain } from '../model/fixtureModel.js';
import { sourcePath } from '../model/formats/keras/kerasFiles.js';

/** Contents of files by name. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** One model. */
export interface Seed {
  readonly name: string;
  readonly format: StoredFormat;
  /** The file to open first, then those that it names. */
  readonly files: Files;
  /** What its user says where it has no card. */
  readonly assumptions: CardAssumptions;
}

/** The seeds of one reader: a network of this toolkit as its writers lay it out, and what Keras 1.2 to 3 wrote. */
export function seedFiles(format: StoredFormat): Promise<Seed[]> {
  return seeders[format]();
}

const seeders: Readonly<Record<StoredFormat, () => Promise<Seed[]>>> = {
  'keras-h5': async () => [await written('keras-h5', 'model.h5', writeKerasH5), ...fixtures('keras-h5', '.h5')],
  keras: async () => [await written('keras', 'model.keras', writeKerasArchive), ...fixtures('keras', '.keras')],
  layers: layersSeeds,
};

/** Every class of layers that has weights or a window, on 8x8 pixels. */
export const network: LayersConfig = chain(
  [8, 8, 1],
  [
    ['ZeroPadding2D', { padding: 1 }],
    ['Conv2D', { filters: 3, kernel_size: 3, strides: 2, padding: 'valid' }],
    ['BatchNormalization', {}],
    ['Activation', { activation: 'relu' }],
    ['MaxPooling2D', { pool_size: 2 }],
    ['SeparableConv2D', { filters: 4, kernel_size: 3, padding: 'same', activation: 'relu' }],
    ['DepthwiseConv2D', { kernel_size: 1 }],
    ['Flatten', {}],
    ['Dropout', { rate: 0.5 }],
    ['Dense', { units: 2, activation: 'softmax' }],
  ],
);

/** `network` with weights and a card. */
export function seedModel(): ModelFile {
  const facts = { name: 'seed', classNames: ['no', 'yes'], inputShape: [8, 8, 1], dataHash: 'none', seed: 7 } as const;
  const card = createModelCard({ ...facts, metrics: [], licence: 'MIT' });
  return { config: network, weights: hashedWeights(network), card };
}

/** The seed model as a writer lays it out; HDF5 files hold the time of writing, all else is the same every time. */
async function written(
  format: StoredFormat,
  file: string,
  write: (path: string, model: ModelFile) => Promise<unknown>,
): Promise<Seed> {
  const [content] = await filesOf((folder) => write(join(folder, file), seedModel()));
  return { name: `fer ${file}`, format, files: new Map([content!]), assumptions: {} };
}

/** Files of three classes that Keras wrote, or whose layouts are those of its earlier versions. */
function fixtures(format: StoredFormat, ending: string): Seed[] {
  const folder = sourcePath('files');
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => ({
    name,
    format,
    files: new Map([[`model${ending}`, readFileSync(join(folder, name))]]),
    assumptions: { labels: ['first', 'second', 'third'] },
  }));
}

/** In each precision, with the digest that this toolkit adds and without, as others write it. */
async function layersSeeds(): Promise<Seed[]> {
  const seeds: Seed[] = [];
  for (const precision of precisions) {
    const own = await filesOf((folder) => writeLayersModel(folder, seedModel(), { precision }));
    const json = Buffer.from(new Map(own).get('model.json')!).toString();
    const foreign = own.map(([name, bytes]): [string, Uint8Array] =>
      name === 'model.json' ? [name, Buffer.from(json.replace(/,"sha256":"[0-9a-f]+"/, ''))] : [name, bytes],
    );
    seeds.push({ name: precision, format: 'layers', files: new Map(own), assumptions: {} });
    seeds.push({ name: `${precision}, no digest`, format: 'layers', files: new Map(foreign), assumptions: {} });
  }
  return seeds;
}

/** What `write` leaves in a new folder, model.json first. */
async function filesOf(write: (folder: string) => Promise<unknown>): Promise<[string, Uint8Array][]> {
  const folder = await mkdtemp(join(tmpdir(), 'fer-fuzz-seed-'));
  try {
    await write(folder);
    const names = (await readdir(folder)).sort();
    return await Promise.all(
      names.map(async (name): Promise<[string, Uint8Array]> => [name, await readFile(join(folder, name))]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
