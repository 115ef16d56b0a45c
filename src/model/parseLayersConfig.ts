/** From JSON to a layers config: the structure that everything else relies on. */
import { FerError } from '../errors.js';
import { isRecord } from './json.js';
import type { LayersConfig } from './modelFile.js';

/** Walks of the graph are recursive; NASNet-Large has about a thousand layers. */
const maximumLayers = 2000;

/**
 * `value` as a functional model's config, the same object. Throws MODEL_INVALID that names `source` and the first part that is not
 * as Keras 2 and TensorFlow.js write it. Fields of single layers are checked by `layerShapes`.
 */
export function parseLayersConfig(value: unknown, source: string): LayersConfig {
  const expect = (condition: boolean, what: string): void => {
    if (condition) return;
    throw new FerError(
      'MODEL_INVALID',
      `${source}: ${what}. Save it as a functional Keras model in the layers format.`,
    );
  };
  const model = asRecord(value);
  const kind = model['class_name'];
  expect(
    kind === 'Model' || kind === 'Functional',
    `expected a model of class Model or Functional, got ${String(kind)}`,
  );
  const graph = asRecord(model['config']);
  const layers = Array.isArray(graph['layers']) ? (graph['layers'] as unknown[]) : [];
  expect(layers.length > 0, 'expected a list of layers, got none');
  expect(layers.length <= maximumLayers, `expected at most ${maximumLayers} layers, got ${layers.length}`);
  const names = new Set<unknown>();
  for (const layer of layers.map(asRecord)) {
    const { name, class_name: className, config, inbound_nodes: nodes } = layer;
    expect(typeof name === 'string' && typeof className === 'string', 'expected a name and class_name in every layer');
    expect(!names.has(name), `expected different layer names, got ${String(name)} twice`);
    names.add(name);
    expect(isRecord(config), `layer ${String(name)}: expected a config, got none`);
    expect(
      Array.isArray(nodes) && nodes.every(isNode),
      `layer ${String(name)}: expected inbound_nodes [[[name, 0, 0, {}]]]`,
    );
  }
  for (const key of ['input_layers', 'output_layers']) {
    const ends = graph[key];
    const isValid = Array.isArray(ends) && ends.length > 0 && ends.every((end) => isTensor(end) && names.has(end[0]));
    expect(isValid, `expected ${key} [[layer name, 0, 0]]`);
  }
  return value as LayersConfig;
}

/** [[producer name, node index, tensor index, {}], ...]. */
function isNode(node: unknown): boolean {
  return Array.isArray(node) && node.every(isTensor);
}

function isTensor(tensor: unknown): tensor is unknown[] {
  return Array.isArray(tensor) && typeof tensor[0] === 'string' && tensor[1] === 0 && tensor[2] === 0;
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
