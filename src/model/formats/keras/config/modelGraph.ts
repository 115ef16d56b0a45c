/** From the `model_config` of any Keras to a graph of layers. */
import { isRecord, showJson } from '../../../json.js';
import { readFunctional } from './functional.js';
import { invalidConfig, type KerasGraph } from './kerasLayer.js';
import type { Remarks } from './remarks.js';
import { readSequential } from './sequential.js';

/** Ten times the layers of the largest networks of this kind; keeps hostile files from taking time. */
const mostLayers = 2000;

/**
 * The layers of `value`, a model of class Sequential, Model or Functional. Throws MODEL_INVALID for another class, names that occur
 * twice, an input, output or producer that is no layer, and more than 2000 layers.
 */
export function readGraph(value: unknown, remarks: Remarks): KerasGraph {
  const model = isRecord(value) ? value : {};
  demandSize(model['config']);
  const graph = readModel(model, remarks);
  const names = new Set<string>();
  for (const { name } of graph.layers) {
    if (names.has(name)) throw invalidConfig(`expected different layer names, got ${name} twice`);
    names.add(name);
  }
  for (const end of [graph.input, graph.output, ...graph.layers.flatMap((layer) => layer.inputs)]) {
    if (!names.has(end)) throw invalidConfig(`expected the name of a layer, got ${showJson(end)}`);
  }
  return graph;
}

function readModel(model: Record<string, unknown>, remarks: Remarks): KerasGraph {
  switch (model['class_name']) {
    case 'Sequential':
      return readSequential(model['config']);
    case 'Model':
    case 'Functional':
      return readFunctional(model['config'], remarks);
    default:
      throw invalidConfig(
        `expected a model of class Sequential, Model or Functional, got ${showJson(model['class_name'])}`,
      );
  }
}

function demandSize(config: unknown): void {
  const entries: unknown = isRecord(config) ? config['layers'] : config;
  if (Array.isArray(entries) && entries.length > mostLayers) {
    throw invalidConfig(`expected at most ${mostLayers} layers, got ${entries.length}`);
  }
}
