/** The names and kinds of what `compile` can be told, for callers whose language does not check them. */
import { argumentInvalid } from './errors.js';
import { isRecord, kindOf } from './kinds.js';
import type { CompileOptions } from './types.js';

type Kind = 'number' | 'boolean' | 'object';

/** By option, what it must be. Its range, or its own fields, are checked by whoever reads it. */
const kinds: Readonly<Record<keyof CompileOptions, Kind>> = {
  batchSize: 'number',
  threads: 'number',
  simd: 'boolean',
  fast: 'boolean',
  wide: 'boolean',
  seed: 'number',
  inferenceOnly: 'boolean',
  optimizer: 'object',
  clipNorm: 'number',
  labelSmoothing: 'number',
  averageDecay: 'number',
  learningRateFactors: 'object',
  profile: 'boolean',
};

const expectations: Readonly<Record<Kind, string>> = {
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
};

/** Throws ARGUMENT_INVALID for an option without meaning, and for one that is of another kind than it must be; `undefined` is none. */
export function demandOptions(options: CompileOptions): void {
  if (!isRecord(options)) throw argumentInvalid(`options must be an object with a batchSize, got ${kindOf(options)}.`);
  for (const [name, value] of Object.entries(options).filter(([, given]) => given !== undefined)) {
    if (!Object.hasOwn(kinds, name)) {
      throw argumentInvalid(`There is no option ${name}; there are ${Object.keys(kinds).join(', ')}.`);
    }
    const kind = kinds[name as keyof CompileOptions];
    if (typeof value === kind && value !== null) continue;
    throw argumentInvalid(`${name} must be ${expectations[kind]}, got ${show(value)}.`);
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);
}
