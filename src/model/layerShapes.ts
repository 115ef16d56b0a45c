/** Output shapes of a layers config, by the rules of Keras, without the batch axis. */
import { FerError } from '../errors.js';
import type { LayerConfig, LayersConfig } from './modelFile.js';
import { invalidGraph, shapeRule, type Shape } from './shapeRules.js';

export interface LayerShapes {
  readonly inputs: readonly Shape[];
  readonly output: Shape;
}

/**
 * Input and output shapes of every layer, in the config's order (which need not be the order of computation). Throws
 * MODEL_UNSUPPORTED naming a layer whose class is not known here, MODEL_INVALID for a graph or a field that makes no sense.
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
