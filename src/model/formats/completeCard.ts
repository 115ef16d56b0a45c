/** The card of a file that has none, from what its user says and from what is usual; and no word against a card that is there. */
import { basename, dirname, extname, resolve } from 'node:path';
import { FerError } from '../../errors.js';
import { standardScaling, type Scaling } from '../../scaling.js';
import { version } from '../../version.js';
import { parseModelCard } from '../card.js';
import { checkCard } from '../checkModel.js';
import { haveSameMeaning } from '../classMeaning.js';
import { layerShapes } from '../layerShapes.js';
import type { LayersConfig, ModelCard } from '../modelFile.js';
import { readInputShape, settleInputSize } from './inputSize.js';
import { labelOrders, ordersOf, standardOrder } from './labelOrders.js';
import { modelJson } from './modelFolder.js';
import type { StoredModel } from './storedModel.js';

/** What the user of a file says of it, where the file itself may not. */
export interface CardAssumptions {
  /** Class names in the order of the outputs. */
  readonly labels?: readonly string[];
  /** Height and width of the input in pixels, for a network that takes any. */
  readonly inputSize?: number;
  readonly scaling?: Scaling;
}

/** A field of the card that the file does not say. */
export interface AssumedField {
  readonly field: 'classNames' | 'inputShape' | 'scaling' | 'resizeFilter';
  readonly value: string | readonly string[] | readonly number[];
  /** `user`: as told; `default`: a guess. */
  readonly from: 'user' | 'default';
}

export interface CompletedCard {
  /** Of the model, with its input size settled. */
  readonly config: LayersConfig;
  readonly card: ModelCard;
  /** Empty when the file has a card. */
  readonly assumed: readonly AssumedField[];
}

/**
 * The card and the input size of a stored model. Throws MODEL_INVALID when its own card is damaged or does not fit its network;
 * CONFIG_INVALID when `assumptions` contradict the file, or when the input size or the class names are not known or not as many as the
 * outputs; MODEL_UNSUPPORTED when a model without a card does not give probabilities.
 */
export function completeCard(stored: StoredModel, assumptions: CardAssumptions, source: string): CompletedCard {
  const config = settleInputSize(stored.config, assumptions.inputSize, source);
  if (stored.card === undefined) {
    const { card, assumed } = assumeCard({ ...stored, config }, assumptions, source);
    const size = { field: 'inputShape', value: card.inputShape, from: 'user' } as const;
    return { config, card, assumed: config === stored.config ? assumed : [size, ...assumed] };
  }
  const card = parseModelCard(stored.card, source);
  checkCard({ ...stored, config, card }, source);
  if (card.guessed && card.guessed.length > 0) return { config, ...correctCard(card, assumptions, source) };
  const { labels, scaling } = assumptions;
  if (labels !== undefined && !haveSameMeaning(labels, card.classNames)) {
    throw contradiction(source, `classes ${card.classNames.join(', ')}`, `labels ${labels.join(', ')}`);
  }
  if (scaling !== undefined && scaling !== card.scaling) {
    throw contradiction(source, `scaling ${card.scaling}`, `scaling ${scaling}`);
  }
  return { config, card, assumed: [] };
}

/** A card that was guessed when a file without one was exported: what was a guess may be told now, and else is told as one again. */
function correctCard(card: ModelCard, assumptions: CardAssumptions, source: string): Omit<CompletedCard, 'config'> {
  const { guessed = [] } = card;
  const told: CardAssumptions = {
    ...(!guessed.includes('classNames') && { labels: card.classNames }),
    ...(!guessed.includes('scaling') && { scaling: card.scaling }),
  };
  if (told.labels && assumptions.labels && !haveSameMeaning(told.labels, assumptions.labels)) {
    throw contradiction(source, `classes ${told.labels.join(', ')}`, `labels ${assumptions.labels.join(', ')}`);
  }
  if (told.scaling && assumptions.scaling && told.scaling !== assumptions.scaling) {
    throw contradiction(source, `scaling ${told.scaling}`, `scaling ${assumptions.scaling}`);
  }
  const { labels = card.classNames, scaling = card.scaling } = assumptions;
  const certain = Object.fromEntries(Object.entries(card).filter(([key]) => key !== 'guessed'));
  const fields = assumedFields({ labels, scaling }, { ...told, ...assumptions });
  const assumed = fields.filter(({ field }) => guessed.includes(field));
  const corrected = parseModelCard({ ...certain, classNames: labels, scaling, ...guessesIn(assumed) }, source);
  return { card: corrected, assumed };
}

/** The fields that a file without a card does not say: `told` by a user, or guesses. */
function assumedFields(
  { labels, scaling }: Required<Pick<CardAssumptions, 'labels' | 'scaling'>>,
  told: CardAssumptions,
): AssumedField[] {
  return [
    { field: 'classNames', value: labels, from: told.labels === undefined ? 'default' : 'user' },
    { field: 'scaling', value: scaling, from: told.scaling === undefined ? 'default' : 'user' },
    { field: 'resizeFilter', value: 'bilinear-half-pixel', from: 'default' },
  ];
}

/** What a card says of its guesses. How pictures are resized is none that could be corrected: there is one filter. */
function guessesIn(assumed: readonly AssumedField[]): Pick<ModelCard, 'guessed'> {
  const fields = assumed.filter(({ from }) => from === 'default').map(({ field }) => field);
  const guessed = fields.filter((field) => field !== 'resizeFilter');
  return guessed.length > 0 ? { guessed } : {};
}

function assumeCard(
  { config, writer }: StoredModel,
  told: CardAssumptions,
  source: string,
): Omit<CompletedCard, 'config'> {
  const { labels, scaling } = told;
  const inputShape = readInputShape(config, source);
  const outputs = countOutputs(config, source);
  const classNames = labels ?? usualLabels(outputs, source);
  if (classNames.length !== outputs) {
    const told = `${classNames.length} labels (${classNames.join(', ')})`;
    throw new FerError(
      'CONFIG_INVALID',
      `${source}: expected a label for each of its ${outputs} outputs, got ${told}.`,
    );
  }
  const usual = { scaling: scaling ?? standardScaling, resizeFilter: 'bilinear-half-pixel' } as const;
  const facts = { name: nameOf(source), classNames, inputShape, ...usual, metrics: [], version };
  const unknown = { dataHash: 'unknown', seed: 0, licence: 'unknown: the file does not say' };
  const description = `Read from a file of ${writer} without a model card: the seed is not known.`;
  const assumed = assumedFields({ labels: classNames, scaling: usual.scaling }, told);
  const card = { ...facts, ...unknown, description, ...guessesIn(assumed) };
  return { card: parseModelCard(card, source), assumed };
}

/** Outputs of a network that gives the probabilities of classes. */
function countOutputs(config: LayersConfig, source: string): number {
  const { layers, output_layers: ends } = config.config;
  const last = layers.find(({ name }) => name === ends[0]?.[0]);
  const shape = layerShapes(config).get(last?.name ?? '')?.output ?? [];
  const isSoftmax = last?.class_name === 'Softmax' || last?.config['activation'] === 'softmax';
  if (ends.length === 1 && shape.length === 1 && shape[0]! > 1 && isSoftmax) return shape[0]!;
  const came =
    ends.length === 1 ? `${last?.name} (${last?.class_name}) of [${shape.join(', ')}]` : `${ends.length} outputs`;
  throw new FerError(
    'MODEL_UNSUPPORTED',
    `${source}: expected a network that ends in the probabilities of two or more classes (a softmax), got ${came}. Save a classifier.`,
  );
}

function usualLabels(outputs: number, source: string): readonly string[] {
  const usual = labelOrders[standardOrder];
  if (usual.length === outputs) return usual;
  const known = ordersOf(outputs);
  const advice = known.length > 0 ? `one of the known orders ${known.join(', ')}, or` : 'with';
  throw new FerError(
    'CONFIG_INVALID',
    `${source}: the file does not name its ${outputs} classes. Say them as labels: ${advice} ${outputs} names and commas between them.`,
  );
}

/** `emotions` for emotions.h5, the folder's name for a model.json; without control characters, which a card may not have. */
function nameOf(source: string): string {
  const file = basename(source);
  const name = file === modelJson ? basename(dirname(resolve(source))) : basename(file, extname(file));
  return name.replace(/\p{Cc}/gu, ' ').trim() || 'model';
}

function contradiction(source: string, own: string, told: string): FerError {
  return new FerError(
    'CONFIG_INVALID',
    `${source}: its model card says ${own}, the setting says ${told}. Leave the setting out: the card holds.`,
  );
}
