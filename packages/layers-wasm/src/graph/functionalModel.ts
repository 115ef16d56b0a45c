/** Reads a functional layers config out of what a file holds. Whatever is no such config ends here, in a sentence. */
import { LayersWasmError, unsupported } from '../errors.js';
import { isRecord, kindOf } from '../kinds.js';
import type { LayerConfig } from '../types.js';

/** A layer, and the layers whose outputs it takes. */
export interface FunctionalLayer extends Omit<LayerConfig, 'inbound_nodes'> {
  /** Names, in order; none for an InputLayer. */
  readonly producers: readonly string[];
}

/** A model of one input and one output. */
export interface FunctionalModel {
  readonly layers: readonly FunctionalLayer[];
  /** Name of the layer whose output is the model's. */
  readonly output: string;
}

/**
 * Reads `{ class_name, config }`, also where a file has it within `modelTopology` or `model_config`. Throws MODEL_INVALID for what is
 * no config of layers, and MODEL_UNSUPPORTED for models that are not functional, have several inputs or outputs, use a layer twice or call
 * one with arguments.
 */
export function readFunctional(file: unknown): FunctionalModel {
  const model = modelIn(file);
  if (!isRecord(model)) throw invalid(`The config must be an object, as JSON.parse gives it, got ${kindOf(model)}`);
  const { class_name: className, config } = model;
  if (className === 'Sequential') {
    const message =
      'A functional config with input_layers and output_layers was expected, got class_name Sequential. Make the model functional ' +
      'with tf.model({ inputs: model.inputs, outputs: model.outputs }) and save that.';
    throw new LayersWasmError('MODEL_UNSUPPORTED', message);
  }
  if (!isRecord(config) || !Array.isArray(config['layers'])) {
    throw invalid(`The config must be { class_name, config: { layers: [...] } }, got ${show(model)}`);
  }
  const [inputs, outputs] = [endsOf(config, 'input_layers'), endsOf(config, 'output_layers')];
  if (inputs.length !== 1 || outputs.length !== 1) {
    const got = `${inputs.length} inputs and ${outputs.length} outputs`;
    throw new LayersWasmError('MODEL_UNSUPPORTED', `A model of one input and one output was expected, got ${got}.`);
  }
  return { layers: config['layers'].map(readLayer), output: outputs[0]! };
}

/** Files of TensorFlow.js have the model in `modelTopology`, and those that its converter wrote in `model_config` of that. */
function modelIn(file: unknown): unknown {
  return ['modelTopology', 'model_config'].reduce(
    (model, field) => (isRecord(model) && isRecord(model[field]) ? model[field] : model),
    file,
  );
}

/** Names of the layers at the model's beginning or end: `[[name, 0, 0], ...]`. */
function endsOf(config: Record<string, unknown>, field: 'input_layers' | 'output_layers'): string[] {
  const value = config[field];
  if (!Array.isArray(value)) throw invalid(`${field} must be [[name, 0, 0]], got ${show(value)}`);
  return tensorsIn(value).map((tensor) => {
    const [name, node, place] = Array.isArray(tensor) ? (tensor as unknown[]) : [];
    if (typeof name !== 'string') throw invalid(`${field} must be [[name, 0, 0]], got ${show(value)}`);
    if (node === 0 && place === 0) return name;
    const message = `${field} must name the only output of a layer, [name, 0, 0], got ${show(tensor)}.`;
    throw new LayersWasmError('MODEL_UNSUPPORTED', message);
  });
}

function readLayer(layer: unknown, index: number): FunctionalLayer {
  if (!isRecord(layer)) throw invalid(`layers[${index}] must be an object, got ${show(layer)}`);
  const { name, class_name: className, config, inbound_nodes: nodes } = layer;
  if (typeof name !== 'string') throw invalid(`layers[${index}] must have a name, got ${show(name)}`);
  if (typeof className !== 'string') throw invalid(`Layer "${name}" must have a class_name, got ${show(className)}`);
  if (!isRecord(config)) {
    throw invalid(`Layer "${name}" (${className}) must have a config of its fields, got ${show(config)}`);
  }
  const read = { name, class_name: className, config };
  return { ...read, producers: producersOf(read, nodes) };
}

/** Names in `[[[name, 0, 0, {}], ...]]`: one list of tensors for each time that the layer is used. */
function producersOf(layer: Omit<LayerConfig, 'inbound_nodes'>, nodes: unknown): string[] {
  const misshapen = (): LayersWasmError =>
    invalid(
      `Layer "${layer.name}" (${layer.class_name}): inbound_nodes must be [[[name, 0, 0, {}]]], got ${show(nodes)}`,
    );
  if (!Array.isArray(nodes)) throw misshapen();
  if (nodes.length > 1) throw unsupported(layer, 'it is used more than once (shared weights)');
  const [node = []] = nodes as unknown[];
  if (isRecord(node)) {
    throw unsupported(
      layer,
      'its inbound_nodes are those of Keras 3; expected [[[name, 0, 0, {}]]], as Keras 2 and TensorFlow.js have them',
    );
  }
  if (!Array.isArray(node)) throw misshapen();
  return tensorsIn(node).map((tensor) => {
    const [name, ...rest] = Array.isArray(tensor) ? (tensor as unknown[]) : [];
    if (typeof name !== 'string') throw misshapen();
    demandPlainCall(layer, tensor, rest);
    return name;
  });
}

/** A single tensor may stand without the list around it. */
function tensorsIn(list: unknown[]): unknown[] {
  return typeof list[0] === 'string' ? [list] : list;
}

/** Refuses what would be another tensor, or another calculation, than that of the layer as its config has it. */
function demandPlainCall(
  layer: Omit<LayerConfig, 'inbound_nodes'>,
  tensor: unknown,
  [node, place, options]: readonly unknown[],
): void {
  if (node !== 0 || place !== 0) {
    throw unsupported(layer, `it takes output ${show(tensor)}; expected [name, 0, 0], the only one of its layer`);
  }
  const told = Object.entries(isRecord(options) ? options : {}).find(([, value]) => value !== null);
  if (!told) return;
  const [argument, value] = told;
  throw unsupported(layer, `it is called with ${argument} ${show(value)}; expected no arguments`);
}

/** What came, as JSON of a line at most. */
function show(value: unknown): string {
  const isJson = !['undefined', 'function', 'symbol'].includes(typeof value);
  const text = isJson ? JSON.stringify(value) : typeof value;
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

function invalid(message: string): LayersWasmError {
  return new LayersWasmError('MODEL_INVALID', `${message}.`);
}
