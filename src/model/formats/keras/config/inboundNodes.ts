/** Which layers a layer of a functional model takes its inputs from, in the three forms that Keras has written. */
import { isRecord, showJson } from '../../../json.js';
import { invalidConfig, unsupportedLayer, type KerasLayer } from './kerasLayer.js';
import type { Remarks } from './remarks.js';

/**
 * Names of the producers in `nodes`, the `inbound_nodes` of `layer`:
 * `[[[name, 0, 0], ...]]` by Keras 1, `[[[name, 0, 0, { argument: value }], ...]]` by Keras 2, and by Keras 3
 * `[{ args: [{ class_name: '__keras_tensor__', config: { keras_history: [name, 0, 0] } }], kwargs: { argument: value } }]`.
 * Throws MODEL_UNSUPPORTED for a layer that is used several times or called with arguments that change what it does.
 */
export function readInputs(layer: KerasLayer, nodes: unknown, remarks: Remarks): string[] {
  if (!Array.isArray(nodes)) throw wrongNodes(layer, nodes);
  if (nodes.length > 1) {
    throw unsupportedLayer(layer, `is used ${nodes.length} times; expected once. Give each use a layer of its own`);
  }
  const [node] = nodes as unknown[];
  if (node === undefined) return [];
  if (isRecord(node)) {
    // Keras 3 writes `training` as the model was built, and `predict` sets it anew for every layer: it says nothing.
    const options = callOptions(node['kwargs']).filter(([argument]) => argument !== 'training');
    checkCall(layer, options, remarks);
    return tensorsOf(node['args']).map((tensor) => producerOf(layer, historyOf(tensor)));
  }
  // TensorFlow's Keras writes a single tensor also without the list around it.
  const tensors: unknown[] = Array.isArray(node) && typeof node[0] === 'string' ? [node] : (node as unknown[]);
  if (!Array.isArray(tensors)) throw wrongNodes(layer, nodes);
  return tensors.map((tensor) => {
    if (Array.isArray(tensor)) checkCall(layer, callOptions(tensor[3]), remarks);
    return producerOf(layer, tensor);
  });
}

function callOptions(value: unknown): [argument: string, value: unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}

/** The positional arguments of a call, a list of tensors as its elements. */
function tensorsOf(args: unknown): unknown[] {
  return Array.isArray(args) ? args.flat() : [args];
}

function historyOf(tensor: unknown): unknown {
  const isTensor = isRecord(tensor) && tensor['class_name'] === '__keras_tensor__' && isRecord(tensor['config']);
  return isTensor ? (tensor['config'] as Record<string, unknown>)['keras_history'] : tensor;
}

/** The name in [name, node index, tensor index]; both are 0 where each layer is used once and has one output. */
function producerOf(layer: KerasLayer, history: unknown): string {
  const [name, nodeIndex, tensorIndex] = Array.isArray(history) ? (history as unknown[]) : [];
  if (typeof name !== 'string') throw unsupportedLayer(layer, `takes ${showJson(history)}; expected outputs of layers`);
  if (nodeIndex === 0 && tensorIndex === 0) return name;
  throw unsupportedLayer(layer, `takes output ${showJson(history)}; expected [name, 0, 0], the only one of its layer`);
}

/** Arguments of a call beside its tensors: only what leaves the layer as it is may stand here. */
function checkCall(layer: KerasLayer, options: readonly [string, unknown][], remarks: Remarks): void {
  for (const [argument, value] of options) {
    if (value === null) continue;
    if (argument !== 'training' || value !== false) {
      const call = `${showJson(argument)} ${showJson(value)}`;
      throw unsupportedLayer(layer, `is called with ${call}, which cannot run here: expected no such argument`);
    }
    remarks.add('called with training false, which matters to further training only and is not kept', layer.name);
  }
}

function wrongNodes(layer: KerasLayer, nodes: unknown): Error {
  return invalidConfig(`expected layer ${layer.name} to have inbound_nodes [[[name, 0, 0]]], got ${showJson(nodes)}`);
}
