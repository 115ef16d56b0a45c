/** The head of a classifier: the layers with weights that turn features into scores of classes. */
import { FerError } from '../errors.js';
import type { Random } from '../random.js';
import { classMeaning } from './classMeaning.js';
import { initialiseWeights } from './initialiseWeights.js';
import { layerShapes, producers } from './layerShapes.js';
import type { LayerConfig, LayersConfig, NamedWeights } from './modelFile.js';
import { weightSpecs } from './weightSpecs.js';

/** What became of a head. */
export type HeadChange = 'kept' | 'reordered' | 'replaced';

/** A network with its weights. */
export interface WeightedNetwork {
  readonly config: LayersConfig;
  readonly weights: NamedWeights;
}

/** The field that says how many outputs a layer of this class makes. */
const outputFields = new Map([
  ['Conv2D', 'filters'],
  ['SeparableConv2D', 'filters'],
  ['Dense', 'units'],
]);

/**
 * Names of the head's layers: the last convolution or dense layer in front of the output, and normalisations between the two. Throws
 * MODEL_UNSUPPORTED where no single path leads from such a layer to the output.
 */
export function classifierHead(config: LayersConfig): string[] {
  const layers = new Map(config.config.layers.map((layer) => [layer.name, layer]));
  const weighted = new Set(weightSpecs(config).map(({ layer }) => layer));
  const head: string[] = [];
  let layer = layers.get(config.config.output_layers[0]?.[0] ?? '');
  while (layer !== undefined) {
    if (weighted.has(layer.name)) head.unshift(layer.name);
    if (outputFields.has(layer.class_name)) return head;
    const inputs = producers(layer);
    const next = inputs.length === 1 ? layers.get(inputs[0]!) : undefined;
    if (next === undefined || layer.class_name === 'DepthwiseConv2D' || readersOf(config, next.name) > 1) break;
    layer = next;
  }
  throw unsupported(`its output comes from ${layer?.name ?? 'nowhere'} (${layer?.class_name ?? 'no layer'})`);
}

/**
 * `model`, whose outputs are `from`, as one whose outputs are `to`: the same when they are equal or mean the same; with the head's
 * outputs in another order when they are the same classes; else with a new head of the old one's layers, whose weights are drawn
 * as `initialiseWeights` does, kernels Glorot uniform. Throws MODEL_UNSUPPORTED for a head that cannot be changed so.
 */
export function adaptHead(
  model: WeightedNetwork,
  { from, to }: { from: readonly string[]; to: readonly string[] },
  random: Random,
): WeightedNetwork & { readonly head: HeadChange } {
  const order = outputOrder(from, to);
  if (order?.every((output, place) => output === place)) return { ...model, head: 'kept' };
  const head = classifierHead(model.config);
  if (order) {
    return { config: model.config, weights: reordered(model, head, order), head: 'reordered' };
  }
  const config = withOutputs(model.config, head[0]!, to.length);
  const fresh = initialiseWeights(config, random, new Set(head));
  const kept = weightSpecs(config).map(({ name }) => [name, fresh.get(name) ?? model.weights.get(name)!] as const);
  return { config, weights: new Map(kept), head: 'replaced' };
}

/** For each class of `to` its place in `from`, by name or else by meaning; undefined when the classes are not the same. */
function outputOrder(from: readonly string[], to: readonly string[]): number[] | undefined {
  if (from.length !== to.length) return undefined;
  const ways = [(name: string): string => name, classMeaning];
  return ways
    .map((read) => to.map((name) => from.map(read).indexOf(read(name))))
    .find((order) => !order.includes(-1) && new Set(order).size === order.length);
}

/** The weights with the head's output `order[i]` in place `i`. */
function reordered(
  { config, weights }: WeightedNetwork,
  head: readonly string[],
  order: readonly number[],
): NamedWeights {
  const inHead = new Set(weightSpecs(config).flatMap(({ name, layer }) => (head.includes(layer) ? [name] : [])));
  const result = new Map(weights);
  for (const name of inHead) {
    if (name.endsWith('/depthwise_kernel')) continue; // makes features, one for each that comes in
    const { shape, data } = weights.get(name)!;
    const outputs = order.length;
    if (shape.at(-1) !== outputs) throw unsupported(`${name} has ${shape.at(-1)} outputs for ${outputs} classes`);
    const moved = data.map((_, i) => data[i - (i % outputs) + order[i % outputs]!]!);
    result.set(name, { shape, data: moved });
  }
  return result;
}

function withOutputs(config: LayersConfig, name: string, outputs: number): LayersConfig {
  const layers = config.config.layers.map((layer) => (layer.name === name ? resized(layer, outputs) : layer));
  const changed = { ...config, config: { ...config.config, layers } };
  const output = layerShapes(changed).get(config.config.output_layers[0]![0])!.output;
  if (output.join() === String(outputs)) return changed;
  throw unsupported(`with ${outputs} outputs of ${name} the network would give [${output.join(', ')}]`);
}

/** The layer with so many outputs, and with the initialisers that Keras takes when none is named. */
function resized(layer: LayerConfig, outputs: number): LayerConfig {
  const kept = Object.entries(layer.config).filter(
    ([field]) => !/^(kernel|depthwise|pointwise|bias)_initializer$/.test(field),
  );
  return { ...layer, config: { ...Object.fromEntries(kept), [outputFields.get(layer.class_name)!]: outputs } };
}

function readersOf(config: LayersConfig, name: string): number {
  return config.config.layers.filter((layer) => producers(layer).includes(name)).length;
}

function unsupported(found: string): FerError {
  return new FerError(
    'MODEL_UNSUPPORTED',
    `Expected a network whose last convolution or dense layer alone makes its classes; ${found}. ` +
      'Begin with another model, or train on the classes that this one has.',
  );
}
