/** The model card: made by training, checked on every read and write. */
import { FerError } from '../errors.js';
import { scalings, standardScaling } from '../scaling.js';
import { version } from '../version.js';
import { isRecord, isWholeNumber, showJson } from './json.js';
import type { ModelCard } from './modelFile.js';

/** What a new card says; the standard scaling where it says none. */
export type CardFields = Omit<ModelCard, 'scaling' | 'resizeFilter' | 'version'> & Partial<Pick<ModelCard, 'scaling'>>;

/** A card with the toolkit's own fields filled in: resize filter, version. Throws MODEL_INVALID as `parseModelCard` does. */
export function createModelCard(fields: CardFields): ModelCard {
  return parseModelCard(
    { scaling: standardScaling, ...fields, resizeFilter: 'bilinear-half-pixel', version },
    'the new model card',
  );
}

/**
 * `value` as a card, the same object: keys that this version does not know stay in it. Throws MODEL_INVALID that names `source`
 * and every field that is missing or wrong.
 */
export function parseModelCard(value: unknown, source: string): ModelCard {
  if (!isRecord(value)) {
    throw new FerError(
      'MODEL_INVALID',
      `${source}: expected a model card (class names, input shape, scaling), got ${showJson(value)}. Was the model written by fer?`,
    );
  }
  const wrong = Object.entries(cardFields)
    .filter(([field, { accepts }]) => !accepts(value[field]))
    .map(([field, { expected }]) => `${field} (expected ${expected}, got ${showJson(value[field])})`);
  if (wrong.length > 0) {
    throw new FerError(
      'MODEL_INVALID',
      `${source}: the model card lacks ${wrong.join('; ')}. Train or export the model again.`,
    );
  }
  return value as unknown as ModelCard;
}

/** Whether `value` is meant as a model card, complete or not: the metadata of other programs has none of these fields. */
export function looksLikeModelCard(value: unknown): boolean {
  return isRecord(value) && ['classNames', 'inputShape', 'scaling'].some((field) => Object.hasOwn(value, field));
}

interface FieldRule {
  accepts: (value: unknown) => boolean;
  expected: string;
}

const text: FieldRule = { accepts: (value) => typeof value === 'string' && value !== '', expected: 'a text' };

/** What answers print: no control characters, which a terminal would obey. */
const line: FieldRule = {
  accepts: (value) => typeof value === 'string' && /^\P{Cc}+$/u.test(value),
  expected: 'a line of text',
};

const cardFields: Record<keyof ModelCard, FieldRule> = {
  name: line,
  classNames: {
    accepts: (value) =>
      Array.isArray(value) && value.length > 1 && value.every(line.accepts) && new Set(value).size === value.length,
    expected: 'two or more different names',
  },
  inputShape: {
    accepts: (value) => Array.isArray(value) && value.length === 3 && value.every((size) => isWholeNumber(size, 1)),
    expected: '[height, width, channels]',
  },
  scaling: oneOf(scalings),
  resizeFilter: oneOf(['bilinear-half-pixel']),
  dataHash: text,
  seed: { accepts: (value) => Number.isSafeInteger(value), expected: 'a whole number' },
  metrics: {
    accepts: (value) => Array.isArray(value) && value.every(isMetric),
    expected: 'a list of { split, count, accuracy, interval, macroF1, loss }',
  },
  licence: text,
  version: text,
  guessed: {
    accepts: (value) => value === undefined || (Array.isArray(value) && value.every(text.accepts)),
    expected: 'a list of fields or nothing',
  },
  description: { accepts: (value) => value === undefined || typeof value === 'string', expected: 'a text or nothing' },
};

function oneOf(choices: readonly string[]): FieldRule {
  const expected = choices.map((choice) => `"${choice}"`).join(' or ');
  return { accepts: (value) => choices.some((choice) => choice === value), expected };
}

function isMetric(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { split, count, accuracy, interval, macroF1, loss } = value;
  const intervalIsValid = Array.isArray(interval) && interval.length === 2 && interval.every(isShare);
  return (
    text.accepts(split) &&
    isWholeNumber(count, 1) &&
    [accuracy, macroF1].every(isShare) &&
    intervalIsValid &&
    isLoss(loss)
  );
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isLoss(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
