/** Turns a layers config into a graph of operations with known shapes. */
import type { Shape } from '../compiler/layout.js';
import { LayersWasmError } from '../errors.js';
import type { LayersConfig } from '../types.js';
import { fusePoolings } from './fusePoolings.js';
import { fuseRectifiers } from './fuseRectifiers.js';
import { readFunctional, type FunctionalLayer } from './functionalModel.js';
import { GraphBuilder } from './graphBuilder.js';
import { LayerFields } from './layerFields.js';
import { layerLowerings } from './layerLowerings.js';
import type { Graph, Value } from './operation.js';

/** Layers in an order in which producers come first; a cycle or an unknown producer is an error. */
function inOrder(layers: readonly FunctionalLayer[]): FunctionalLayer[] {
  const byName = new Map<string, FunctionalLayer>();
  for (const layer of layers) {
    if (byName.has(layer.name)) throw new LayersWasmError('MODEL_INVALID', `Two layers are named "${layer.name}".`);
    byName.set(layer.name, layer);
  }
  const order: FunctionalLayer[] = [];
  const state = new Map<FunctionalLayer, 'open' | 'done'>();
  const visit = (layer: FunctionalLayer): void => {
    if (state.get(layer) === 'done') return;
    if (state.get(layer) === 'open')
      throw new LayersWasmError('MODEL_INVALID', `Layer "${layer.name}" is part of a cycle.`);
    state.set(layer, 'open');
    for (const name of layer.producers) {
      const producer = byName.get(name);
      if (!producer)
        throw new LayersWasmError('MODEL_INVALID', `Layer "${layer.name}" reads "${name}", which does not exist.`);
      visit(producer);
    }
    state.set(layer, 'done');
    order.push(layer);
  };
  layers.forEach(visit);
  return order;
}

/** Those of the layers, whose producers come first, that lead to `output`: others may be heads of another task. */
function leadingTo(output: string, layers: readonly FunctionalLayer[]): FunctionalLayer[] {
  const needed = new Set([output]);
  for (const { name, producers } of layers.toReversed()) {
    if (needed.has(name)) producers.forEach((producer) => needed.add(producer));
  }
  return layers.filter(({ name }) => needed.has(name));
}

/** Every layer must lead to the output: one that does not would stand still in training. */
function demandReaders(layers: readonly FunctionalLayer[], outputName: string): void {
  const read = new Set([outputName, ...layers.flatMap(({ producers }) => producers)]);
  const unread = layers.find((layer) => !read.has(layer.name));
  if (!unread) return;
  const message = `Layer "${unread.name}": nothing reads its output. Take it out, or compile with inferenceOnly, which leaves it out.`;
  throw new LayersWasmError('MODEL_INVALID', message);
}

/** Layers that go over an image's height and width. */
const imageLayers = new Set([
  'Conv2D',
  'DepthwiseConv2D',
  'SeparableConv2D',
  'MaxPooling2D',
  'AveragePooling2D',
  'GlobalMaxPooling2D',
  'GlobalAveragePooling2D',
  'ZeroPadding2D',
]);

/** Of `[null, height, width, channels]`, which Keras writes for images. */
function inputShape({ name, config }: FunctionalLayer): Shape {
  const declared = config['batch_input_shape'] ?? config['batch_shape'];
  const isSize = (size: unknown): boolean => Number.isInteger(size) && Number(size) > 0;
  if (!Array.isArray(declared) || !declared.slice(1).every((size) => size === null || isSize(size))) {
    const message = `Layer "${name}": batch_input_shape must be [null, height, width, channels], got ${JSON.stringify(declared)}.`;
    throw new LayersWasmError('MODEL_INVALID', message);
  }
  const [, height, width, channels] = declared as unknown[];
  if (declared.length === 4 && [height, width, channels].every(isSize)) {
    return { height: Number(height), width: Number(width), channels: Number(channels) };
  }
  const message = `Layer "${name}": images of one known size, [null, height, width, channels], were expected, got ${JSON.stringify(declared)}.`;
  throw new LayersWasmError('MODEL_UNSUPPORTED', message);
}

/** The graph of a functional model, made of as few passes over its pixels as can be. Throws as `lowerLayers` does. */
export function lower(model: LayersConfig, options: { training: boolean }): Graph {
  return fusePoolings(fuseRectifiers(lowerLayers(model, options)));
}

/**
 * The graph of a functional model with one image input and one output, each operation by itself: the reading of a model that executors
 * other than this engine can share. With `training` every layer must lead to the output; without, those that do not are left out. Throws
 * LayersWasmError MODEL_INVALID or MODEL_UNSUPPORTED, naming the layer, for a model that it cannot run or that is none.
 */
export function lowerLayers(model: LayersConfig, options: { training: boolean }): Graph {
  const { layers, output: outputName } = readFunctional(model);
  const order = inOrder(layers);
  if (!layers.some(({ name }) => name === outputName)) {
    throw new LayersWasmError('MODEL_INVALID', `The output layer "${outputName}" does not exist.`);
  }
  if (options.training) demandReaders(layers, outputName);
  const builder = new GraphBuilder();
  const values = new Map<string, Value>();
  for (const layer of leadingTo(outputName, order)) {
    const inputs = layer.producers.map((name) => values.get(name)!);
    values.set(layer.name, lowerLayer(builder, layer, inputs));
  }
  const output = values.get(outputName)!;
  if (output.shape.height * output.shape.width !== 1) {
    throw new LayersWasmError('MODEL_UNSUPPORTED', `The output "${outputName}" is an image; a vector was expected.`);
  }
  return builder.finish(output);
}

/** Adds the operations of one layer; its output. */
function lowerLayer(builder: GraphBuilder, layer: FunctionalLayer, inputs: readonly Value[]): Value {
  if (layer.class_name === 'InputLayer') return builder.addInput(inputShape(layer));
  const fields = new LayerFields(layer);
  const lowering = layerLowerings.get(layer.class_name);
  if (!lowering) throw fields.unsupported(`its class is none of ${[...layerLowerings.keys()].join(', ')}`);
  const [input] = inputs;
  if (!input) throw new LayersWasmError('MODEL_INVALID', `Layer "${layer.name}" has no input.`);
  if (inputs.some((one) => one === builder.softmaxOf))
    throw fields.unsupported('it reads a softmax, which must come last');
  if (inputs.length > 1 && layer.class_name !== 'Add') throw fields.unsupported(`it has ${inputs.length} inputs`);
  if (imageLayers.has(layer.class_name) && input.isVector) {
    throw new LayersWasmError(
      'MODEL_INVALID',
      `Layer "${layer.name}" (${layer.class_name}) expects an image, got a vector.`,
    );
  }
  builder.layer = layer.name;
  builder.trainable = fields.flag('trainable', true);
  const output = lowering({ graph: builder, fields, input, inputs });
  fields.demandNothingElse();
  return output;
}
