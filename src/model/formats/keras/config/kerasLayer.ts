/** A network as a file of Keras describes it, before the fields of its layers are read. */
import { FerError } from '../../../../errors.js';
import { isRecord, showJson } from '../../../json.js';

/** One layer, whatever version of Keras wrote it. */
export interface KerasLayer {
  readonly name: string;
  /** As written: `Convolution2D`, `Conv2D`. */
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers whose outputs it takes, in order. */
  readonly inputs: readonly string[];
  /** Names that the file gives to fields which have another name here: `data_format` -> `dim_ordering`. */
  readonly writtenAs?: ReadonlyMap<string, string>;
}

/** The layers in the file's order, the first of them an InputLayer when the file is a Sequential one without. */
export interface KerasGraph {
  readonly name: string;
  readonly layers: readonly KerasLayer[];
  /** Names of the layers that take the input and give the output. */
  readonly input: string;
  readonly output: string;
}

/** `value` as an object with keys; MODEL_INVALID that says what was expected otherwise. */
export function expectRecord(value: unknown, what: string): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw invalidConfig(`expected ${what}, got ${showJson(value)}`);
}

/** `value` as a list; MODEL_INVALID that says what was expected otherwise. */
export function expectList(value: unknown, what: string): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw invalidConfig(`expected ${what}, got ${showJson(value)}`);
}

/** MODEL_INVALID for a config that no Keras writes. */
export function invalidConfig(problem: string): FerError {
  return new FerError('MODEL_INVALID', `${problem}. Save the model again in Keras.`);
}

/** MODEL_UNSUPPORTED for a layer that does what cannot run here. `reason` goes on from `Layer x (Class) `. */
export function unsupportedLayer(layer: Pick<KerasLayer, 'name' | 'className'>, reason: string): FerError {
  return new FerError('MODEL_UNSUPPORTED', `Layer ${layer.name} (${layer.className}) ${reason}.`);
}

/** MODEL_UNSUPPORTED for one field of a layer, under the name and with the value that the file gives it. */
export function unsupportedField(layer: KerasLayer, field: string, expected: string): FerError {
  const written = layer.writtenAs?.get(field) ?? field;
  return unsupportedLayer(
    layer,
    `has ${written} ${showJson(layer.config[field])}, which cannot run here: expected ${expected}`,
  );
}

/** MODEL_UNSUPPORTED for a field that no rule covers: it may change what the layer does. */
export function unknownField(layer: KerasLayer, field: string): FerError {
  const value = showJson(layer.config[field]);
  return unsupportedLayer(layer, `has a field ${showJson(field)} with value ${value}, which is not known here`);
}
