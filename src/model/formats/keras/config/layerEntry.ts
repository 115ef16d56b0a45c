/** One entry of a model's list of layers: its name, its class, its fields. */
import { isRecord, showJson } from '../../../json.js';
import { expectRecord, invalidConfig, unsupportedLayer, type KerasLayer } from './kerasLayer.js';

/** Longer than any name that Keras makes; names go into messages. */
const longestName = 200;

/** Where Keras' own classes live, in its own versions and in those of TensorFlow. */
const kerasModules = /^(keras|tf_keras|tensorflow\.keras|tensorflow\.python\.keras)(\.|$)/;

/** Models that may stand among the layers of another. */
const modelClasses = ['Sequential', 'Model', 'Functional'];

/**
 * The layer that `entry` describes, without its inputs. Throws MODEL_INVALID for an entry without name, class or config, and
 * MODEL_UNSUPPORTED for a class that is not Keras' own or that is a model itself.
 */
export function readLayer(entry: unknown): KerasLayer {
  const { name: outerName, class_name: className, config: given, ...origin } = expectRecord(entry, 'a layer');
  if (typeof className !== 'string' || !/^[\w>.]{1,100}$/.test(className)) {
    throw invalidConfig(`expected the class_name of a layer, got ${showJson(className)}`);
  }
  const config = isRecord(given) ? given : {};
  const name = outerName ?? config['name'];
  if (!isName(name)) {
    throw invalidConfig(
      `expected a layer name of 1 to ${longestName} printable characters in a ${className}, got ${showJson(name)}`,
    );
  }
  const layer = { name, className, config, inputs: [] };
  if (modelClasses.includes(className)) {
    throw unsupportedLayer(
      layer,
      'is a model within the model; expected single layers. Save it with its layers unfolded',
    );
  }
  expectRecord(given, `a config of layer ${name}`);
  demandKerasClass(layer, origin);
  return layer;
}

/** Whether `value` is a text that a message can show: not empty, not long, nothing that a terminal would obey. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestName && !/\p{Cc}/u.test(value);
}

/** Keras 3 says where a class comes from: one that only has the name of a layer would run as that layer. */
function demandKerasClass(layer: KerasLayer, origin: Record<string, unknown>): void {
  const { module, registered_name: registered } = origin;
  const isKeras = module === undefined || module === null || (typeof module === 'string' && kerasModules.test(module));
  const isCustom = typeof registered === 'string' && registered.includes('>');
  if (!isKeras || isCustom) {
    const from = isCustom ? showJson(registered) : `module ${showJson(module)}`;
    throw unsupportedLayer(layer, `is a class of ${from}; expected a class of Keras`);
  }
  // `a + b` on Keras' tensors is an operation of this name, and on tensors of one shape the same as the layer.
  const isOperation = typeof module === 'string' && /\.ops(\.|$)/.test(module);
  if (isOperation && layer.className !== 'Add') {
    throw unsupportedLayer(layer, `is an operation of ${module}, which cannot run here; expected a layer`);
  }
}
