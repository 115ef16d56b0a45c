/** Output shapes of a layers config, by the rules of Keras, without the batch axis. */
import { FerError } from '../errors.js';
import type { LayerConfig, LayersConfig } from './modelFile.js';
import { invalidGraph, shapeRule, type Shape } from './shapeRules.js';

/** Of the network's input: more than 1024x1024 in colour. */
const mostInputValues = 2 ** 22;
/** Of any other layer's output for one picture: 512x512 of 64 maps, 67 MB. A file of a few bytes can ask for any amount. */
const mostImageValues = 2 ** 24;

export interface LayerShapes {
  readonly inputs: readonly Shape[];
  readonly output: Shape;
}

/**
 * Input and output shapes of every layer, in the config's order (which need not be the order of computation). Throws
 * MODEL_UNSUPPORTED naming a layer whose class is not known here, MODEL_INVALID for a graph or a field that makes no sense, and for
 * images that would take more memory than any classifier of faces needs.
 */
export function layerShapes(config: LayersConfig): Map<string, LayerShapes> {
  const layers = new Map(config.config.layers.map((layer) => [layer.name, layer]));
  const known = new Map<string, LayerShapes>();
  const visiting = new Set<string>();
  const visit = (name: string, consumer: string): Shape => {
    const done = known.get(name);
    if (done !== undefined) return done.output;
    const layer = layers.get(name);
    if (layer === undefined)
      throw invalidGraph(`Layer ${consumer} takes its input from "${name}", which is not a layer`);
    if (visiting.has(name)) throw invalidGraph(`Layer ${name} depends on its own output`);
    visiting.add(name);
    const inputs = producers(layer).map((producer) => visit(producer, name));
    const output = shapeRule(layer)(layer, inputs);
    demandSize(layer, output);
    known.set(name, { inputs, output });
    return output;
  };
  return new Map(
    config.config.layers.map(({ name }) => {
      visit(name, name);
      return [name, known.get(name)!];
    }),
  );
}

function demandSize({ name, class_name: className }: LayerConfig, output: Shape): void {
  const count = output.reduce((product, size) => product * size, 1);
  const most = className === 'InputLayer' ? mostInputValues : mostImageValues;
  if (count <= most || Number.isNaN(count)) return; // not a number: open until the input's size is known
  throw new FerError(
    'MODEL_INVALID',
    `Layer ${name} (${className}) gives [${output.join(', ')}], ${count} values; expected at most ${most}. Use a smaller input.`,
  );
}

/** What the network takes: the shape of its first input. Throws as `layerShapes` does. */
export function inputShapeOf(config: LayersConfig): Shape {
  const [[name] = ['']] = config.config.input_layers;
  const input = layerShapes(config).get(name);
  if (input === undefined) throw invalidGraph(`The network takes its input from "${name}", which is not a layer`);
  return input.output;
}

/** Names of the layers whose outputs this layer takes, in order. */
export function producers(layer: LayerConfig): string[] {
  if (layer.inbound_nodes.length > 1) {
    throw new FerError(
      'MODEL_UNSUPPORTED',
      `Layer ${layer.name} is used ${layer.inbound_nodes.length} times; expected each layer once. Give each use a layer of its own.`,
    );
  }
  return (layer.inbound_nodes[0] ?? []).map(([producer]) => producer);
}
