/** The network in a file of any Keras, 1.2 to 3, in the form that runs here: that of Keras 2. */
import { FerError } from '../../../errors.js';
import type { LayerConfig, LayersConfig } from '../../modelFile.js';
import { checkRunnable } from './config/checkRunnable.js';
import { inputConfig, type InputShape } from './config/inputLayer.js';
import type { KerasGraph, KerasLayer } from './config/kerasLayer.js';
import { readGraph } from './config/modelGraph.js';
import { checkNesting } from './config/nesting.js';
import { Remarks } from './config/remarks.js';
import { translateLayer } from './config/translateLayer.js';

/**
 * `value`, the `model_config` of an HDF5 file or the `config.json` of a `.keras` archive, as the config of a functional model of Keras 2.
 * Names and order of the layers stay; a Sequential model without an InputLayer gets one, and an activation that is a layer becomes one,
 * behind its own. `inputShape` fills sizes that the file leaves open. Throws MODEL_UNSUPPORTED that names the layer, the field and the
 * value of what cannot run here, MODEL_INVALID for what no Keras writes, both with `source` in front.
 */
export function normaliseKerasConfig(value: unknown, source: string, inputShape?: InputShape): LayersConfig {
  return readKerasConfig(value, source, inputShape).config;
}

/** A network that runs here, and what its file says beside it: number types, frozen layers, noise in training. */
export interface ReadNetwork {
  readonly config: LayersConfig;
  readonly remarks: readonly string[];
}

/** As `normaliseKerasConfig`, with remarks. */
export function readKerasConfig(value: unknown, source: string, inputShape?: InputShape): ReadNetwork {
  const remarks = new Remarks();
  try {
    checkNesting(value);
    const config = translateGraph(readGraph(value, remarks), inputShape, remarks);
    checkRunnable(config, remarks);
    settleAxes(config);
    return { config, remarks: remarks.texts() };
  } catch (error) {
    if (!(error instanceof FerError)) throw error;
    throw new FerError(error.code, `${source}: ${error.message}`, { cause: error });
  }
}

function translateGraph(graph: KerasGraph, inputShape: InputShape | undefined, remarks: Remarks): LayersConfig {
  const taken = new Set(graph.layers.map(({ name }) => name));
  const layers: LayerConfig[] = [];
  /** Places a layer and what it has for an activation behind it; gives the name of the last of them. */
  const place = (layer: KerasLayer): string => {
    if (layer.className === 'InputLayer') {
      layers.push(asLayer(layer, 'InputLayer', inputConfig(layer, inputShape, remarks)));
      return layer.name;
    }
    const { className, config, activation } = translateLayer(layer, remarks);
    layers.push(asLayer(layer, className, config));
    if (activation === undefined) return layer.name;
    return place({ ...activation, name: freeName(activation.name, taken), inputs: [layer.name] });
  };
  /** By the layers of the file: whose output their readers want. */
  const ends = new Map(graph.layers.map((layer) => [layer.name, place(layer)]));
  for (const layer of layers.filter(({ name }) => ends.has(name))) {
    for (const tensor of layer.inbound_nodes[0] ?? []) tensor[0] = ends.get(tensor[0])!;
  }
  return {
    class_name: 'Model',
    config: {
      name: graph.name,
      layers,
      input_layers: [[graph.input, 0, 0]],
      output_layers: [[ends.get(graph.output)!, 0, 0]],
    },
  };
}

function asLayer(layer: KerasLayer, className: string, config: Record<string, unknown>): LayerConfig {
  const { name, inputs } = layer;
  const tensors = inputs.map((input): [string, number, number, Record<string, unknown>] => [input, 0, 0, {}]);
  return { class_name: className, name, config, inbound_nodes: inputs.length === 0 ? [] : [tensors] };
}

/** Keras counts the axis of the channels from either end, TensorFlow's in a list; every reader of the config takes -1. */
function settleAxes({ config }: LayersConfig): void {
  for (const layer of config.layers) if (layer.class_name === 'BatchNormalization') layer.config['axis'] = -1;
}

/** `name`, or the first of `name_1`, `name_2`, ... that no layer has; it is taken then. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 1; taken.has(free); count += 1) free = `${name}_${count}`;
  taken.add(free);
  return free;
}
