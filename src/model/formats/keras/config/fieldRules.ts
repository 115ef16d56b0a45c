/** What a field of a layer may be, and what it becomes in the config of Keras 2. */
import { isRecord } from '../../../json.js';
import { unsupportedField, type KerasLayer } from './kerasLayer.js';

/** One field of a layer as its file gives it; never undefined. */
export interface KerasField {
  readonly layer: KerasLayer;
  readonly name: string;
  readonly value: unknown;
}

/** Gives the field's value in Keras 2, or undefined when it is to be left out. Throws MODEL_UNSUPPORTED for what cannot run. */
export type FieldRule = (field: KerasField) => unknown;

/** The value as it is: a size, which the rules of the shapes check. */
export const asGiven: FieldRule = ({ value }) => value;

/** For fields that change nothing in what runs here. */
export const leaveOut: FieldRule = () => undefined;

/** One of `accepted`, compared as JSON; absent and null stand for the default. */
export function oneOf(...accepted: readonly unknown[]): FieldRule {
  return ({ layer, name, value }) => {
    if (value === null || accepted.some((choice) => JSON.stringify(choice) === JSON.stringify(value))) return value;
    const choices = accepted.map((choice) => JSON.stringify(choice)).join(' or ');
    throw unsupportedField(layer, name, choices || 'null');
  };
}

/** As `oneOf`, for a field that need not be written because only its default can run. */
export function only(...accepted: readonly unknown[]): FieldRule {
  const check = oneOf(...accepted);
  return (field) => {
    check(field);
    return undefined;
  };
}

/** A finite number for which `accepts` holds, or null for the default. */
export function number(expected: string, accepts: (value: number) => boolean): FieldRule {
  return ({ layer, name, value }) => {
    if (value === null || (typeof value === 'number' && Number.isFinite(value) && accepts(value))) return value;
    throw unsupportedField(layer, name, expected);
  };
}

/** A constraint of weights: they would train differently without it. */
export const noConstraint: FieldRule = ({ layer, name, value }) => {
  if (value === null) return null;
  throw unsupportedField(layer, name, 'no constraint');
};

/** A penalty of the layer's output: nothing, or one whose factors are 0. */
export const noPenalty: FieldRule = ({ layer, name, value }) => {
  if (value === null) return null;
  const factors = regularizerFactors(value);
  if (factors?.l1 === 0 && factors.l2 === 0) return null;
  throw unsupportedField(layer, name, 'no penalty of the output');
};

/**
 * An L2 penalty of weights, `l2 * sum(w^2)`, as Keras 2 writes it. Forms that are read: `{ name: 'WeightRegularizer', l1, l2 }` of
 * Keras 1, `{ class_name: 'L1L2', config: { l1, l2 } }` of Keras 2, `{ class_name: 'L2', config: { l2 } }` since.
 */
export const l2Penalty: FieldRule = ({ layer, name, value }) => {
  if (value === null) return null;
  const factors = regularizerFactors(value);
  if (factors?.l1 !== 0 || factors.l2 < 0) throw unsupportedField(layer, name, 'an L2 regulariser');
  return factors.l2 === 0 ? null : { class_name: 'L1L2', config: { l1: 0, l2: factors.l2 } };
};

function regularizerFactors(value: unknown): { l1: number; l2: number } | undefined {
  if (!isRecord(value)) return undefined;
  const { class_name: name = value['name'], config = value } = value;
  const isKnown = typeof name === 'string' && /^(L1|L2|L1L2|(Weight|L1L2|Activity)Regularizer)$/.test(name);
  if (!isKnown || !isRecord(config)) return undefined;
  const { l1 = 0, l2 = 0 } = config;
  return Number.isFinite(l1) && Number.isFinite(l2) ? { l1: l1 as number, l2: l2 as number } : undefined;
}
