/** Fields that one class of layers has, with rules of their own. */
import { isWholeNumber } from '../../../json.js';
import { oneOf, type FieldRule } from './fieldRules.js';
import { unsupportedField } from './kerasLayer.js';

/** Unlike a kernel, the window of a pooling has no weights to limit it. */
const widestPooling = 1024;

/** Sides of a pooling's window. */
export const poolSize: FieldRule = ({ layer, name, value }) => {
  const sides: unknown[] = Array.isArray(value) ? value : [value];
  if (sides.every((side) => isWholeNumber(side, 1) && side <= widestPooling)) return value;
  throw unsupportedField(layer, name, `sides of 1 to ${widestPooling}`);
};

/** Keras 1 writes four sides without the pairs around them: [top, bottom, left, right]. */
export const zeroPadding: FieldRule = ({ value }) => {
  if (!Array.isArray(value) || value.length !== 4) return value;
  const [top, bottom, left, right] = value as unknown[];
  return [
    [top, bottom],
    [left, right],
  ];
};

/** The softmax is over a vector, as `checkRunnable` finds: TensorFlow.js counts its axis from the front. */
export const lastAxis: FieldRule = (field) => {
  oneOf(-1, 1, [-1])(field);
  return -1;
};

/** `neutral` alone: the card says how grey levels are scaled, and a scaling within the network would need weights that the file does not have. */
export function rescaling(neutral: number): FieldRule {
  return ({ layer, name, value }) => {
    if (value === neutral) return undefined;
    throw unsupportedField(layer, name, `${neutral}. Take the layer out and say its scaling with --scaling`);
  };
}
