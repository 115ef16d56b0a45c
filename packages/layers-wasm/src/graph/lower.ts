/** Turns a layers config into a graph of operations with known shapes. */
import type { Shape } from '../compiler/layout.js';
import { LayersWasmError } from '../errors.js';
import type { LayerConfig, LayersConfig } from '../types.js';
import { fusePoolings } from './fusePoolings.js';
import { fuseRectifiers } from './fuseRectifiers.js';
import { GraphBuilder } from './graphBuilder.js';
import { LayerFields } from './layerFields.js';
import { layerLowerings } from './layerLowerings.js';
import type { Graph, Value } from './operation.js';

/** Layers in an order in which producers come first; a cycle or an unknown producer is an error. */
function inOrder(layers: readonly LayerConfig[]): LayerConfig[] {
  const byName = new Map<string, LayerConfig>();
  for (const layer of layers) {
    if (byName.has(layer.name)) throw new LayersWasmError('MODEL_INVALID', `Two layers are named "${layer.name}".`);
    byName.set(layer.name, layer);
  }
  const order: LayerConfig[] = [];
  const state = new Map<LayerConfig, 'open' | 'done'>();
  const visit = (layer: LayerConfig): void => {
    if (state.get(layer) === 'done') return;
    if (state.get(layer) === 'open')
      throw new LayersWasmError('MODEL_INVALID', `Layer "${layer.name}" is part of a cycle.`);
    state.set(layer, 'open');
    for (const name of producersOf(layer)) {
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

function producersOf(layer: LayerConfig): string[] {
  if (layer.inbound_nodes.length > 1)
    throw new LayerFields(layer).unsupported('it is used more than once (shared weights)');
  return (layer.inbound_nodes[0] ?? []).map(([name]) => name);
}

/** Every layer must lead to the output: one that does not would stand still in training. */
function demandReaders(layers: readonly LayerConfig[], outputName: string): void {
  const read = new Set([outputName, ...layers.flatMap(producersOf)]);
  const unread = layers.find((layer) => !read.has(layer.name));
  if (unread) throw new LayersWasmError('MODEL_INVALID', `Layer "${unread.name}": nothing reads its output.`);
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

function inputShape(layer: LayerConfig): Shape {
  const declared = layer.config['batch_input_shape'] ?? layer.config['batch_shape'];
  const [, height, width, channels] = Array.isArray(declared) ? (declared as unknown[]) : [];
  if (
    Array.isArray(declared) &&
    declared.length === 4 &&
    [height, width, channels].every((n) => Number.isInteger(n) && Number(n) > 0)
  ) {
    return { height: Number(height), width: Number(width), channels: Number(channels) };
  }
  throw new LayersWasmError(
    'MODEL_INVALID',
    `Layer "${layer.name}": batch_input_shape must be [null, height, width, channels], got ${JSON.stringify(declared)}.`,
  );
}

/** The graph of a functional model, made of as few passes over its pixels as can be. Throws as `lowerLayers` does. */
export function lower(model: LayersConfig, options: { training: boolean }): Graph {
  return fusePoolings(fuseRectifiers(lowerLayers(model, options)));
}

/**
 * The graph of a functional model with one image input and one output, each operation by itself: the reading of a model that executors
 * other than this engine can share. With `training` every layer must lead to the output. Throws LayersWasmError naming the layer it
 * cannot run.
 */
export function lowerLayers({ config }: LayersConfig, options: { training: boolean }): Graph {
  if (config.input_layers.length !== 1 || config.output_layers.length !== 1) {
    const got = `${config.input_layers.length} inputs and ${config.output_layers.length} outputs`;
    throw new LayersWasmError('MODEL_UNSUPPORTED', `A model of one input and one output was expected, got ${got}.`);
  }
  const builder = new GraphBuilder();
  const values = new Map<string, Value>();
  for (const layer of inOrder(config.layers)) {
    if (layer.class_name === 'InputLayer') {
      values.set(layer.name, builder.addInput(inputShape(layer)));
      continue;
    }
    const fields = new LayerFields(layer);
    const lowering = layerLowerings.get(layer.class_name);
    if (!lowering) throw fields.unsupported(`known are ${[...layerLowerings.keys()].join(', ')}`);
    const inputs = producersOf(layer).map((name) => values.get(name)!);
    if (inputs.length === 0) throw new LayersWasmError('MODEL_INVALID', `Layer "${layer.name}" has no input.`);
    if (inputs.some((input) => input === builder.softmaxOf))
      throw fields.unsupported('it reads a softmax, which must come last');
    if (inputs.length > 1 && layer.class_name !== 'Add') throw fields.unsupported(`it has ${inputs.length} inputs`);
    if (imageLayers.has(layer.class_name) && inputs[0]!.isVector) {
      throw new LayersWasmError(
        'MODEL_INVALID',
        `Layer "${layer.name}" (${layer.class_name}) expects an image, got a vector.`,
      );
    }
    builder.layer = layer.name;
    builder.trainable = fields.flag('trainable', true);
    values.set(layer.name, lowering(builder, fields, inputs));
    fields.demandNothingElse();
  }
  const outputName = config.output_layers[0]![0];
  const output = values.get(outputName);
  if (!output) throw new LayersWasmError('MODEL_INVALID', `The output layer "${outputName}" does not exist.`);
  if (options.training) demandReaders(config.layers, outputName);
  if (output.shape.height * output.shape.width !== 1) {
    throw new LayersWasmError('MODEL_UNSUPPORTED', `The output "${outputName}" is an image; a vector was expected.`);
  }
  return builder.finish(output);
}
