/** Activation functions, in layers of their own or at the end of another layer. */
import { isRecord } from '../../../json.js';
import { readLayer } from './layerEntry.js';
import { unsupportedField, type KerasLayer } from './kerasLayer.js';

/** Those that run, by the names that all versions of Keras give them. */
const runnable = ['linear', 'relu', 'relu6', 'softmax'];

/**
 * The field `activation` of `layer`: the name of a function that runs, or the layer that Keras may have in its place (`ReLU(6)`), which
 * is called `<layer>_activation` then. Throws MODEL_UNSUPPORTED for any other.
 */
export function readActivation(layer: KerasLayer): string | KerasLayer {
  const value = layer.config['activation'] ?? 'linear';
  // Keras 3 writes functions that are registered as objects of class `function`.
  const name = isRecord(value) && value['class_name'] === 'function' ? value['config'] : value;
  if (typeof name === 'string' && runnable.includes(name)) return name;
  if (!isRecord(name)) throw unsupportedField(layer, 'activation', runnable.join(', '));
  return readLayer({ name: `${layer.name}_activation`, ...name });
}
