/** Layer configs with the fields that Keras 2.0.5 wrote: TensorFlow.js and Keras 3 read these, and reject some later ones. */
import type { LayerConfig } from './modelFile.js';

export type Padding = 'same' | 'valid';

/** How a kernel starts; see `initialiseWeights`. */
export type KernelInitializer = 'glorotUniform' | 'heNormal';

export interface Conv2DOptions {
  filters: number;
  /** Side of the square window, in pixels. */
  kernelSize: number;
  /** Step of the window in both directions; 1. */
  strides?: number;
  padding: Padding;
  useBias: boolean;
  /** Factor of the kernel's squared sum in the loss; absent or 0 = no regulariser. */
  l2?: number;
  /** Glorot uniform when absent. */
  initializer?: KernelInitializer;
}

export interface DenseOptions {
  /** Number of outputs. */
  units: number;
  /** As of a convolution. */
  l2?: number;
  initializer?: KernelInitializer;
}

export interface PoolingOptions {
  /** Side of the square window, in pixels. */
  poolSize: number;
  /** Step of the window in both directions. */
  strides: number;
  padding: Padding;
}

/** A functional model's input of shape [height, width, channels]. */
export function inputLayer(name: string, shape: readonly [number, number, number]): LayerConfig {
  const config = { batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false, name };
  return { class_name: 'InputLayer', name, config, inbound_nodes: [] };
}

/** A two-dimensional convolution without activation. */
export function conv2D(name: string, input: string, options: Conv2DOptions): LayerConfig {
  const { filters, kernelSize, strides = 1, padding, useBias } = options;
  return layer(
    'Conv2D',
    { name, inputs: [input] },
    {
      filters,
      ...windowFields(kernelSize, strides, padding),
      ...kernelFields(options),
      ...biasFields(useBias),
    },
  );
}

/** A matrix product with bias, without activation: [features] to [units]. */
export function dense(name: string, input: string, options: DenseOptions): LayerConfig {
  return layer(
    'Dense',
    { name, inputs: [input] },
    {
      units: options.units,
      activation: 'linear',
      activity_regularizer: null,
      ...kernelFields(options),
      ...biasFields(true),
    },
  );
}

/** A 3x3 depthwise convolution followed by a pointwise one, stride 1, same padding, no bias. Keras 3 rejects `kernel_*` and `groups` here. */
export function separableConv2D(name: string, input: string, filters: number): LayerConfig {
  return layer(
    'SeparableConv2D',
    { name, inputs: [input] },
    {
      filters,
      ...windowFields(3, 1, 'same'),
      depth_multiplier: 1,
      depthwise_initializer: glorotUniform,
      pointwise_initializer: glorotUniform,
      depthwise_regularizer: null,
      pointwise_regularizer: null,
      depthwise_constraint: null,
      pointwise_constraint: null,
      ...biasFields(false),
    },
  );
}

/** Batch normalisation over the channels with Keras' defaults: epsilon 1e-3, momentum 0.99. */
export function batchNormalization(name: string, input: string): LayerConfig {
  return layer(
    'BatchNormalization',
    { name, inputs: [input] },
    {
      axis: -1,
      momentum: 0.99,
      epsilon: 0.001,
      center: true,
      scale: true,
      beta_initializer: zeros,
      gamma_initializer: ones,
      moving_mean_initializer: zeros,
      moving_variance_initializer: ones,
      beta_regularizer: null,
      gamma_regularizer: null,
      beta_constraint: null,
      gamma_constraint: null,
    },
  );
}

/** An element-wise activation, or the softmax over the last axis. */
export function activation(name: string, input: string, kind: 'relu' | 'softmax'): LayerConfig {
  return layer('Activation', { name, inputs: [input] }, { activation: kind });
}

/** The maximum of each window; 3x3 with stride 2 and same padding, which halves height and width rounding up, when no options are given. */
export function maxPooling2D(name: string, input: string, options = halvingWindow): LayerConfig {
  return layer('MaxPooling2D', { name, inputs: [input] }, poolingFields(options));
}

/** The mean of each window over the pixels that lie in the image. */
export function averagePooling2D(name: string, input: string, options: PoolingOptions): LayerConfig {
  return layer('AveragePooling2D', { name, inputs: [input] }, poolingFields(options));
}

/** Sets a share `rate` of the values to 0 in training and multiplies the others by 1 / (1 - rate); passes all on otherwise. */
export function dropout(name: string, input: string, rate: number): LayerConfig {
  return layer('Dropout', { name, inputs: [input] }, { rate });
}

/** [height, width, channels] to [height * width * channels]. */
export function flatten(name: string, input: string): LayerConfig {
  return layer('Flatten', { name, inputs: [input] }, {});
}

/** The sum of layers of one shape. */
export function add(name: string, inputs: readonly string[]): LayerConfig {
  return layer('Add', { name, inputs }, {});
}

/** The mean over height and width: [height, width, channels] to [channels]. */
export function globalAveragePooling2D(name: string, input: string): LayerConfig {
  return layer('GlobalAveragePooling2D', { name, inputs: [input] }, { data_format: 'channels_last' });
}

const glorotUniform = {
  class_name: 'VarianceScaling',
  config: { scale: 1, mode: 'fan_avg', distribution: 'uniform', seed: null },
};
/** Keras 2's `he_normal`; its normal distribution is the one truncated at two deviations. */
const heNormal = {
  class_name: 'VarianceScaling',
  config: { scale: 2, mode: 'fan_in', distribution: 'normal', seed: null },
};
const zeros = { class_name: 'Zeros', config: {} };
const ones = { class_name: 'Ones', config: {} };

const halvingWindow: PoolingOptions = { poolSize: 3, strides: 2, padding: 'same' };

interface Place {
  readonly name: string;
  /** Names of the layers before it. */
  readonly inputs: readonly string[];
}

function layer(className: string, { name, inputs }: Place, fields: object): LayerConfig {
  return {
    class_name: className,
    name,
    config: { name, trainable: true, ...fields },
    inbound_nodes: [inputs.map((input) => [input, 0, 0, {}])],
  };
}

function windowFields(kernelSize: number, strides: number, padding: Padding): object {
  return {
    kernel_size: [kernelSize, kernelSize],
    strides: [strides, strides],
    padding,
    data_format: 'channels_last',
    dilation_rate: [1, 1],
    activation: 'linear',
    activity_regularizer: null,
  };
}

function biasFields(useBias: boolean): object {
  return { use_bias: useBias, bias_initializer: zeros, bias_regularizer: null, bias_constraint: null };
}

function kernelFields({ l2 = 0, initializer = 'glorotUniform' }: Pick<Conv2DOptions, 'l2' | 'initializer'>): object {
  return {
    kernel_initializer: initializer === 'heNormal' ? heNormal : glorotUniform,
    kernel_regularizer: l2 === 0 ? null : { class_name: 'L1L2', config: { l1: 0, l2 } },
    kernel_constraint: null,
  };
}

function poolingFields({ poolSize, strides, padding }: PoolingOptions): object {
  const window = { pool_size: [poolSize, poolSize], strides: [strides, strides] };
  return { ...window, padding, data_format: 'channels_last' };
}
