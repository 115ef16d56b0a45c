/** Typed reading of a layer's config fields: a wrong value is an error that names the layer and the field. */
import { FerError } from '../errors.js';
import { isWholeNumber, showJson } from './json.js';
import type { LayerConfig } from './modelFile.js';

/** [vertical, horizontal]. */
export type Pair = readonly [number, number];

/** A field that must be a whole number of at least `minimum`; `fallback`, when given, stands for a field that is absent. */
export function readInteger(
  layer: LayerConfig,
  field: string,
  options: { minimum: number; fallback?: number },
): number {
  const value = layer.config[field] ?? options.fallback;
  if (isWholeNumber(value, options.minimum)) return value;
  throw wrongField(layer, field, `a whole number of at least ${options.minimum}`);
}

/** A field of one or two positive whole numbers, `3` or `[3, 3]`. `fallback` stands for an absent one. */
export function readPair(layer: LayerConfig, field: string, fallback?: Pair): Pair {
  const value = layer.config[field] ?? fallback;
  const pair: unknown[] = Array.isArray(value) ? value : [value, value];
  const [vertical, horizontal] = pair;
  if (pair.length === 2 && isWholeNumber(vertical, 1) && isWholeNumber(horizontal, 1)) return [vertical, horizontal];
  throw wrongField(layer, field, 'a positive whole number or two of them');
}

/** A field that is true or false. */
export function readFlag(layer: LayerConfig, field: string, fallback: boolean): boolean {
  const value = layer.config[field] ?? fallback;
  if (typeof value === 'boolean') return value;
  throw wrongField(layer, field, 'true or false');
}

/** A field that is one of `choices`; the first stands for an absent one. */
export function readChoice<T extends string>(layer: LayerConfig, field: string, choices: readonly [T, ...T[]]): T {
  const value = layer.config[field] ?? choices[0];
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw wrongField(layer, field, choices.map((candidate) => `"${candidate}"`).join(' or '));
}

/** MODEL_INVALID for a field of this layer that is not what `expected` says. */
export function wrongField(layer: LayerConfig, field: string, expected: string): FerError {
  return new FerError(
    'MODEL_INVALID',
    `Layer ${layer.name} (${layer.class_name}): expected ${field} to be ${expected}, got ${showJson(layer.config[field])}. Export the model again.`,
  );
}
