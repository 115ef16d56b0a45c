/** One layer of a file into the form of Keras 2 that runs here. */
import { readActivation } from './activation.js';
import { checkDtype } from './dtype.js';
import { renameKeras1 } from './keras1.js';
import { unknownField, unsupportedLayer, type KerasLayer } from './kerasLayer.js';
import { layerTable, type FieldRules } from './layerTable.js';
import type { Remarks } from './remarks.js';

/** A layer of Keras 2 without its inputs. */
export interface TranslatedLayer {
  readonly className: string;
  readonly config: Record<string, unknown>;
  /** The layer that the file has in place of an activation function: it comes behind this one. */
  readonly activation?: KerasLayer;
}

/** Fields of every layer that say nothing of what it does: its name, the shapes it was made for. */
const generalFields: ReadonlySet<string> = new Set([
  'name',
  'trainable',
  'dtype',
  'input_dtype',
  'batch_input_shape',
  'batch_shape',
  'input_shape',
  'build_config',
]);

const runnableClasses = [...new Set([...layerTable.values()].map(({ className }) => className))];

/**
 * The class and fields of `layer` in Keras 2. Throws MODEL_UNSUPPORTED that names the layer and its class, or the field and its value,
 * for whatever cannot run: a class that is not in the table, a value that the table does not have, a field that is not known and not null.
 */
export function translateLayer(given: KerasLayer, remarks: Remarks): TranslatedLayer {
  const layer = renameKeras1(given);
  const entry = layerTable.get(layer.className);
  if (entry === undefined) {
    throw unsupportedLayer(given, `cannot run here: expected one of InputLayer, ${runnableClasses.join(', ')}`);
  }
  checkDtype(layer, 'dtype', remarks);
  if (layer.config['trainable'] === false) {
    remarks.add('trainable false is not kept: say what to freeze with --freeze', layer.name);
  }
  if (entry.remark !== undefined) remarks.add(entry.remark, layer.name);
  const own = entry.fields === 'any' ? {} : readFields(layer, entry.fields);
  const { className, defaults, becomes = own } = entry;
  const config = { name: layer.name, trainable: true, ...defaults, ...becomes };
  if (entry.fields === 'any' || !Object.hasOwn(entry.fields, 'activation')) return { className, config };

  const activation = readActivation(layer);
  if (typeof activation === 'string') return { className, config: { ...config, activation } };
  return { className, config: { ...config, activation: 'linear' }, activation };
}

function readFields(layer: KerasLayer, rules: FieldRules): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(layer.config)) {
    if (generalFields.has(name)) continue;
    if (Object.hasOwn(rules, name)) {
      const read = rules[name]!({ layer, name, value });
      if (read !== undefined) fields[name] = read;
    } else if (value !== null) {
      throw unknownField(layer, name);
    }
  }
  return fields;
}
