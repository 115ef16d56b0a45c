/** Which weights a layers config has: names, shapes and initialisers in Keras' order. */
import { readFlag, readInteger, readPair, wrongField } from './layerFields.js';
import { layerShapes } from './layerShapes.js';
import type { LayerConfig, LayersConfig } from './modelFile.js';
import type { Shape } from './shapeRules.js';

export interface WeightSpec {
  /** `layer/weight`, as in NamedWeights. */
  readonly name: string;
  readonly layer: string;
  readonly shape: Shape;
  /** Keras' class name: GlorotUniform, HeNormal, Zeros, Ones, or whatever else the config says. */
  readonly initializer: string;
  /** Updated by gradients; the moving averages and the weights of frozen layers are not. */
  readonly trainable: boolean;
}

/** A weight of one layer: its name, its shape, the config field of its initialiser. */
type LayerWeight = readonly [name: string, shape: Shape, initializerField: string];

/**
 * The weights of every layer, in the config's order and within a layer in Keras' order (kernel before bias; gamma, beta, moving_mean,
 * moving_variance). Throws as `layerShapes` does.
 */
export function weightSpecs(config: LayersConfig): WeightSpec[] {
  const shapes = layerShapes(config);
  return config.config.layers.flatMap((layer) =>
    weightsOf(layer, shapes.get(layer.name)!.inputs[0] ?? []).map(([name, shape, initializerField]) => ({
      name: `${layer.name}/${name}`,
      layer: layer.name,
      shape,
      initializer: initializerName(layer, initializerField),
      trainable: readFlag(layer, 'trainable', true) && !name.startsWith('moving_'),
    })),
  );
}

/** The weights of every layer of `config`, none for those without, keyed by its name; order and errors as `weightSpecs`. */
export function specsByLayer(config: LayersConfig): Map<string, WeightSpec[]> {
  const layers = new Map(config.config.layers.map(({ name }): [string, WeightSpec[]] => [name, []]));
  for (const spec of weightSpecs(config)) layers.get(spec.layer)!.push(spec);
  return layers;
}

/** Number of values in a tensor of this shape. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

function weightsOf(layer: LayerConfig, input: Shape): LayerWeight[] {
  const channels = input.at(-1) ?? 0;
  switch (layer.class_name) {
    case 'Conv2D': {
      const filters = readInteger(layer, 'filters', { minimum: 1 });
      const kernel = [...readPair(layer, 'kernel_size'), channels, filters]; // [kh, kw, in, out]
      return [['kernel', kernel, 'kernel_initializer'], ...biasOf(layer, filters)];
    }
    case 'DepthwiseConv2D': {
      const depthwise = depthwiseShape(layer, channels);
      const outputs = channels * depthwise[3]!;
      return [['depthwise_kernel', depthwise, 'depthwise_initializer'], ...biasOf(layer, outputs)];
    }
    case 'SeparableConv2D': {
      const depthwise = depthwiseShape(layer, channels);
      const filters = readInteger(layer, 'filters', { minimum: 1 });
      const pointwise = [1, 1, channels * depthwise[3]!, filters]; // [1, 1, in, out]
      return [
        ['depthwise_kernel', depthwise, 'depthwise_initializer'],
        ['pointwise_kernel', pointwise, 'pointwise_initializer'],
        ...biasOf(layer, filters),
      ];
    }
    case 'Dense': {
      const units = readInteger(layer, 'units', { minimum: 1 });
      return [['kernel', [channels, units], 'kernel_initializer'], ...biasOf(layer, units)];
    }
    case 'BatchNormalization':
      return normalizationWeights(layer, input);
    default:
      return [];
  }
}

/** [kh, kw, in, multiplier]. */
function depthwiseShape(layer: LayerConfig, channels: number): Shape {
  const multiplier = readInteger(layer, 'depth_multiplier', { minimum: 1, fallback: 1 });
  return [...readPair(layer, 'kernel_size'), channels, multiplier];
}

function biasOf(layer: LayerConfig, outputs: number): LayerWeight[] {
  return readFlag(layer, 'use_bias', true) ? [['bias', [outputs], 'bias_initializer']] : [];
}

function normalizationWeights(layer: LayerConfig, input: Shape): LayerWeight[] {
  const given = layer.config['axis'] ?? -1;
  const axis: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given; // TensorFlow's Keras writes [3]
  if (axis !== -1 && axis !== input.length) throw wrongField(layer, 'axis', `-1 or ${input.length}, the channels`);
  const shape = [input.at(-1) ?? 0];
  const weights: LayerWeight[] = [];
  if (readFlag(layer, 'scale', true)) weights.push(['gamma', shape, 'gamma_initializer']);
  if (readFlag(layer, 'center', true)) weights.push(['beta', shape, 'beta_initializer']);
  weights.push(['moving_mean', shape, 'moving_mean_initializer']);
  weights.push(['moving_variance', shape, 'moving_variance_initializer']);
  return weights;
}

const initializerAliases: ReadonlyMap<string, string> = new Map([
  ['glorot_uniform', 'GlorotUniform'],
  ['he_normal', 'HeNormal'],
  ['zeros', 'Zeros'],
  ['ones', 'Ones'],
]);

/** Keras 2.0 writes Glorot uniform and He normal as VarianceScaling; later versions by their own names, Keras 3 with its module. */
function initializerName(layer: LayerConfig, field: string): string {
  const given = layer.config[field] ?? defaultInitializer(field);
  if (typeof given === 'string') return initializerAliases.get(given) ?? given;
  const { class_name: className, config } = given as { class_name?: unknown; config?: unknown };
  if (typeof className !== 'string') throw wrongField(layer, field, 'an initialiser with a class_name');
  if (className !== 'VarianceScaling') return className;
  const { scale, mode, distribution } = (config ?? {}) as Record<string, unknown>;
  if (scale === 1 && mode === 'fan_avg' && distribution === 'uniform') return 'GlorotUniform';
  const isTruncated = distribution === 'normal' || distribution === 'truncated_normal';
  return scale === 2 && mode === 'fan_in' && isTruncated ? 'HeNormal' : className;
}

function defaultInitializer(field: string): string {
  if (/^(gamma|moving_variance)_/.test(field)) return 'Ones';
  return /^(beta|moving_mean|bias)_/.test(field) ? 'Zeros' : 'GlorotUniform';
}
