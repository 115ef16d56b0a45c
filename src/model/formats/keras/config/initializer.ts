/** Initialisers: a file's weights replace what they made, so any may stand there, and those known are kept for new weights. */
import { isRecord } from '../../../json.js';
import type { FieldRule } from './fieldRules.js';

/** Variance scaling as Keras 2.0 writes the initialisers that are named after their authors. */
const scalings: ReadonlyMap<string, readonly [scale: number, mode: string, distribution: string]> = new Map([
  ['glorotuniform', [1, 'fan_avg', 'uniform']],
  ['glorotnormal', [1, 'fan_avg', 'normal']],
  ['heuniform', [2, 'fan_in', 'uniform']],
  ['henormal', [2, 'fan_in', 'normal']],
  ['lecununiform', [1, 'fan_in', 'uniform']],
  ['lecunnormal', [1, 'fan_in', 'normal']],
]);

/**
 * The initialiser in the form of Keras 2.0, from its name (`glorot_uniform`) or its object with or without a module; undefined, which
 * means the field's default, for any that has no such form.
 */
export const initializer: FieldRule = ({ value }) => {
  const { class_name: given, config } = isRecord(value) ? value : { class_name: value };
  if (typeof given !== 'string') return undefined;
  const name = given.replaceAll('_', '').toLowerCase();
  if (/^zeros?$/.test(name)) return { class_name: 'Zeros', config: {} };
  if (/^ones?$/.test(name)) return { class_name: 'Ones', config: {} };
  const fields = isRecord(config) ? config : {};
  const [scale, mode, distribution] =
    name === 'variancescaling' ? [fields['scale'], fields['mode'], fields['distribution']] : (scalings.get(name) ?? []);
  if (typeof scale !== 'number' || typeof mode !== 'string' || typeof distribution !== 'string') return undefined;
  return { class_name: 'VarianceScaling', config: { scale, mode, distribution, seed: null } };
};
