/** Number types: everything runs in float32 here. */
import { isRecord } from '../../../json.js';
import { unsupportedField, type KerasLayer } from './kerasLayer.js';
import type { Remarks } from './remarks.js';

const floats = ['float32', 'float16', 'bfloat16', 'float64', 'mixed_float16', 'mixed_bfloat16'];

/**
 * Accepts `value`, the field `name` of `layer`: the name of a type of real numbers, or a policy of one as TensorFlow's Keras (`Policy`)
 * and Keras 3 (`DTypePolicy`) write it. What is not float32 is computed in float32 here, which a remark says. Throws MODEL_UNSUPPORTED
 * for whole numbers and for quantised weights.
 */
export function checkDtype(layer: KerasLayer, name: string, remarks: Remarks): void {
  const value = layer.config[name] ?? 'float32';
  const policy = isRecord(value) && isRecord(value['config']) ? value['config']['name'] : value;
  if (typeof policy !== 'string' || !floats.includes(policy)) {
    throw unsupportedField(layer, name, `one of ${floats.join(', ')}`);
  }
  if (policy !== 'float32') remarks.add(`${policy} runs in float32 here`, layer.name);
}
