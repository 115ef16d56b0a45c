/** The model that a fine-tuned run begins with: read from its file, checked, and given a head for the data's classes. */
import { resolve } from 'node:path';
import { FerError } from '../errors.js';
import { buildArchitecture } from '../model/architectures.js';
import { adaptHead, type HeadChange } from '../model/classifierHead.js';
import type { CardAssumptions } from '../model/formats/completeCard.js';
import { readModel } from '../model/formats/readModel.js';
import { modelHash } from '../model/modelHash.js';
import type { LayersConfig, ModelCard, ModelFile } from '../model/modelFile.js';
import { withFrozenLayers } from '../model/trainability.js';
import { weightSpecs } from '../model/weightSpecs.js';
import { Random } from '../random.js';
import type { Scaling } from '../scaling.js';
import type { TrainConfig } from './config.js';
import type { InitialNetwork } from './fineTuneConfig.js';
import type { StartingModel } from './startingModel.js';

/** The model that a run began with, as run.json tells it. */
export interface InitialModelRecord {
  /** Where it was. */
  readonly path: string;
  /** SHA-256 of its weights (`modelHash`). */
  readonly hash: string;
  /** Of its card. */
  readonly name: string;
  readonly licence: string;
  /** Its classes, in the order of its outputs. */
  readonly classNames: readonly string[];
  /** How it takes grey levels, and how the run scales them. */
  readonly scaling: Scaling;
  /** What became of its head. */
  readonly head: HeadChange;
}

/** Reads the model at `config.init`. Throws as `openStartingModel` does. */
export async function openInitialModel(config: InitialNetwork & Pick<TrainConfig, 'seed'>): Promise<StartingModel> {
  const { init, seed } = config;
  const { model, remarks, trainingRemarks } = await readModel(init, assumptionsOf(config));
  const { card } = model;
  const inputSize = squareSize(card, init);
  requireSameArchitecture(model, config);
  return {
    inputSize,
    forClasses: (classNames) => {
      const from = card.classNames;
      const { config: network, weights, head } = adaptHead(model, { from, to: classNames }, new Random(seed));
      const { name, licence, scaling } = card;
      const origin = { path: resolve(init), hash: modelHash(model.weights), name, licence };
      const record = { ...origin, classNames: from, scaling, head };
      const told = [describeStart(record, classNames), ...remarks, ...trainingRemarks];
      return { network: withFrozenLayers(network, []), weights, init: record, remarks: told };
    },
  };
}

/** What the configuration says of the file. */
function assumptionsOf({ labels, inputSize, scaling }: InitialNetwork): CardAssumptions {
  return { ...(labels && { labels }), ...(inputSize !== null && { inputSize }), ...(scaling && { scaling }) };
}

function squareSize({ inputShape }: ModelCard, path: string): number {
  const [height, width, channels] = inputShape;
  if (height === width && channels === 1) return height;
  throw new FerError(
    'MODEL_UNSUPPORTED',
    `${path}: expected a model of square grey images, got an input of [${inputShape.join(', ')}]. Begin with another model.`,
  );
}

/** An architecture that is said beside `init` must be the file's. */
function requireSameArchitecture({ config, card }: ModelFile, { init, arch }: InitialNetwork): void {
  if (arch === null) return;
  const [size] = card.inputShape;
  const asked = buildArchitecture(arch, { inputShape: [size, size, 1], classes: card.classNames.length });
  if (outlineOf(asked) === outlineOf(config)) return;
  throw new FerError(
    'CONFIG_INVALID',
    `arch: expected the network of ${init}, "${card.name}", which is no ${arch}; got ${arch}. Leave it out: the network is the model's.`,
  );
}

/** Names and shapes of all weights, which no two architectures share. */
function outlineOf(config: LayersConfig): string {
  return weightSpecs(config)
    .map(({ name, shape }) => `${name} ${shape.join('x')}`)
    .sort()
    .join();
}

function describeStart({ path, hash, name, classNames, head }: InitialModelRecord, to: readonly string[]): string {
  const begins = `Begins with ${name} (weights ${hash.slice(0, 12)}) of ${path}`;
  switch (head) {
    case 'kept':
      return `${begins}.`;
    case 'reordered':
      return `${begins}; its outputs are put in the order of the data's classes, ${to.join(', ')}.`;
    case 'replaced':
      return `${begins}; its head, of the classes ${classNames.join(', ')}, gives way to a new one for ${to.join(', ')}.`;
  }
}
