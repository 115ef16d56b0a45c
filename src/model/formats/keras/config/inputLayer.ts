/** The input of a network: its sizes, from the file or, where the file leaves them open, from whoever opens it. */
import { FerError } from '../../../../errors.js';
import { isWholeNumber, showJson } from '../../../json.js';
import { checkDtype } from './dtype.js';
import { invalidConfig, unknownField, unsupportedField, type KerasLayer } from './kerasLayer.js';
import type { Remarks } from './remarks.js';

/** [height, width, channels]. */
export type InputShape = readonly [number, number, number];

/** Fields that ask for another kind of tensor, and the values with which they do not. */
const plain = { sparse: false, ragged: false, optional: false };

const known = ['name', 'trainable', 'batch_input_shape', 'batch_shape', 'dtype', 'input_dtype', ...Object.keys(plain)];

/**
 * The config of an InputLayer in Keras 2. `given` fills sizes that the file leaves open, and must equal those that it has; without it
 * an open height or width stays null. Throws MODEL_INVALID where the channels remain unknown or a size differs, MODEL_UNSUPPORTED for
 * an input that is no image of numbers.
 */
export function inputConfig(
  layer: KerasLayer,
  given: InputShape | undefined,
  remarks: Remarks,
): Record<string, unknown> {
  const { batch_input_shape: keras2, batch_shape: keras3 } = layer.config;
  const [, ...sizes] = asList(keras2 ?? keras3 ?? [null, null, null, null]);
  checkDtype(layer, 'input_dtype', remarks);
  checkDtype(layer, 'dtype', remarks);
  for (const [field, value] of Object.entries(plain)) {
    if ((layer.config[field] ?? value) !== value) throw unsupportedField(layer, field, String(value));
  }
  for (const [field, value] of Object.entries(layer.config)) {
    if (value !== null && !known.includes(field)) throw unknownField(layer, field);
  }
  if (sizes.length !== 3) {
    throw unsupportedField(
      layer,
      keras2 === undefined ? 'batch_shape' : 'batch_input_shape',
      'an image, [null, height, width, channels]',
    );
  }
  const shape = sizes.map((size, axis) => size ?? given?.[axis] ?? null);
  const isSize = (size: unknown, axis: number): size is number | null =>
    isWholeNumber(size, 1) || (size === null && axis < 2);
  if (!shape.every(isSize)) throw openShape(layer, sizes);
  if (given !== undefined && shape.join() !== given.join()) {
    const came = `the network takes [${shape.join(', ')}]`;
    throw new FerError(
      'MODEL_INVALID',
      `expected an input of [${given.join(', ')}] as --input-size says, but ${came}. Leave it out.`,
    );
  }
  return { batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false, name: layer.name };
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function openShape(layer: KerasLayer, sizes: readonly unknown[]): FerError {
  if (sizes.every((size) => size === null || isWholeNumber(size, 1))) {
    const shape = `[${sizes.map((size) => (size === null ? 'any' : String(size))).join(', ')}]`;
    return new FerError(
      'MODEL_INVALID',
      `Layer ${layer.name} takes images of ${shape}; expected one size. Say it with --input-size.`,
    );
  }
  return invalidConfig(`layer ${layer.name}: expected sizes in whole numbers, got ${showJson(sizes)}`);
}
