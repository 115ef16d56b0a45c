/** Sequential models: a bare list of layers until Keras 2.2.2, `{ name, layers }` since. */
import { isRecord } from '../../../json.js';
import { invalidConfig, type KerasGraph, type KerasLayer } from './kerasLayer.js';
import { isName, readLayer } from './layerEntry.js';

/**
 * The chain of the layers in `config`, the `config` of a model of class Sequential. Where the file has no InputLayer, one stands first:
 * it is named `<first layer>_input` as Keras does it, and its shape is the first layer's `batch_input_shape` or the shape that the model
 * was built for; without either, its sizes are null.
 */
export function readSequential(config: unknown): KerasGraph {
  const fields = isRecord(config) ? config : {};
  const entries = Array.isArray(config) ? (config as unknown[]) : fields['layers'];
  if (!Array.isArray(entries) || entries.length === 0) throw invalidConfig('expected a list of layers, got none');
  const listed = entries.map((entry) => readLayer(entry));
  const first = listed[0]!;
  const all = first.className === 'InputLayer' ? listed : [inputOf(first, fields['build_input_shape']), ...listed];
  const layers = all.map((layer, index) => ({ ...layer, inputs: index === 0 ? [] : [all[index - 1]!.name] }));
  const name = isName(fields['name']) ? fields['name'] : 'sequential';
  return { name, layers, input: layers[0]!.name, output: layers.at(-1)!.name };
}

function inputOf({ name, config }: KerasLayer, builtFor: unknown): KerasLayer {
  const shape = config['batch_input_shape'] ?? config['batch_shape'] ?? builtFor ?? [null, null, null, null];
  const dtype = config['input_dtype'] ?? 'float32';
  return { name: `${name}_input`, className: 'InputLayer', config: { batch_input_shape: shape, dtype }, inputs: [] };
}
