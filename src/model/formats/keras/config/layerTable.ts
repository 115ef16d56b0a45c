/** Every layer that runs, field by field: what may stand in a file, and what becomes of it. */
import {
  asGiven,
  l2Penalty,
  leaveOut,
  noConstraint,
  noPenalty,
  number,
  oneOf,
  only,
  type FieldRule,
} from './fieldRules.js';
import { initializer } from './initializer.js';
import { lastAxis, poolSize, rescaling, zeroPadding } from './ownFields.js';

/** The fields of one class of layers by name. A field that is not among them is an error unless it is null. */
export type FieldRules = Readonly<Record<string, FieldRule>>;

/** A class of layers and the class, if another, that it becomes. */
export interface LayerEntry {
  readonly className: string;
  /** `any` for layers that pass on what they get, whatever their fields say. */
  readonly fields: FieldRules | 'any';
  /** Fields that Keras 1 does not have, with what it does. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** The fields of the layer that it becomes, where they are not its own. */
  readonly becomes?: Readonly<Record<string, unknown>>;
  /** What a reader should know of any such layer. */
  readonly remark?: string;
}

const channelsLast = { data_format: oneOf('channels_last') };
const padding = { padding: oneOf('valid', 'same') };
const bias = {
  use_bias: asGiven,
  bias_initializer: initializer,
  bias_regularizer: l2Penalty,
  bias_constraint: noConstraint,
};
const activation = { activation: asGiven, activity_regularizer: noPenalty };

/** A weight with its three fields: `kernel` has kernel_initializer, kernel_regularizer, kernel_constraint. */
function weight(name: string): FieldRules {
  return {
    [`${name}_initializer`]: initializer,
    [`${name}_regularizer`]: l2Penalty,
    [`${name}_constraint`]: noConstraint,
  };
}

const window = {
  kernel_size: asGiven,
  strides: asGiven,
  ...padding,
  ...channelsLast,
  dilation_rate: oneOf([1, 1], 1),
  ...activation,
  ...bias,
  groups: only(1),
  rank: only(2),
};

/** SeparableConv2D and DepthwiseConv2D take these from the plain convolution and have no kernel that they would apply to. */
const noKernel = { kernel_initializer: leaveOut, kernel_regularizer: leaveOut, kernel_constraint: leaveOut };

const pooling = { pool_size: poolSize, strides: asGiven, ...padding, ...channelsLast };
const globalPooling = { ...channelsLast, keepdims: only(false) };

const normalization: FieldRules = {
  axis: asGiven,
  momentum: number('a number from 0 to 1', (value) => value >= 0 && value <= 1),
  epsilon: number('a number above 0', (value) => value > 0),
  center: asGiven,
  scale: asGiven,
  ...weight('beta'),
  ...weight('gamma'),
  moving_mean_initializer: initializer,
  moving_variance_initializer: initializer,
  mode: only(0), // Keras 1: 1 and 2 take the statistics of the sample and of the batch
  synchronized: leaveOut, // whether several devices share the statistics of a batch
  fused: leaveOut,
  renorm: only(false),
  renorm_clipping: leaveOut,
  renorm_momentum: leaveOut,
  virtual_batch_size: only(),
  adjustment: only(),
};

const relu: FieldRules = {
  max_value: number('a number above 0, or null', (value) => value > 0),
  negative_slope: oneOf(0),
  threshold: oneOf(0),
};

/** Passes on what it gets. */
const identity: LayerEntry = { className: 'Activation', fields: 'any', becomes: { activation: 'linear' } };

/** Layers that Keras applies in training alone, to make it harder. */
function trainingOnly(className: string): [string, LayerEntry] {
  return [className, { ...identity, remark: `${className} does nothing here, not even in training` }];
}

function plain(className: string, fields: FieldRules, defaults = {}): [string, LayerEntry] {
  return [className, { className, fields, defaults }];
}

const undilated = { dilation_rate: [1, 1] };
const affine = { center: true, scale: true };

/** Layers by the class names of Keras 2 and 3. */
export const layerTable: ReadonlyMap<string, LayerEntry> = new Map<string, LayerEntry>([
  plain('Conv2D', { filters: asGiven, ...window, ...weight('kernel') }, undilated),
  plain(
    'SeparableConv2D',
    {
      filters: asGiven,
      depth_multiplier: asGiven,
      ...window,
      ...weight('depthwise'),
      ...weight('pointwise'),
      ...noKernel,
    },
    undilated,
  ),
  plain('DepthwiseConv2D', {
    filters: leaveOut,
    depth_multiplier: asGiven,
    ...window,
    ...weight('depthwise'),
    ...noKernel,
  }),
  plain('Dense', { units: asGiven, ...activation, ...bias, ...weight('kernel'), input_dim: leaveOut }),
  plain('BatchNormalization', normalization, affine),
  ['BatchNormalizationV1', { className: 'BatchNormalization', fields: normalization }],
  ['BatchNormalizationV2', { className: 'BatchNormalization', fields: normalization }],
  plain('Activation', activation),
  plain('ReLU', relu),
  plain('Softmax', { axis: lastAxis }),
  plain('MaxPooling2D', pooling),
  plain('AveragePooling2D', pooling),
  plain('GlobalAveragePooling2D', globalPooling),
  plain('GlobalMaxPooling2D', globalPooling),
  plain('Add', {}),
  plain('Flatten', { data_format: only('channels_last') }),
  plain('ZeroPadding2D', { padding: zeroPadding, ...channelsLast }),
  plain('Dropout', {
    rate: number('a number from 0 to below 1', (value) => value >= 0 && value < 1),
    noise_shape: only(),
    seed: leaveOut,
  }),
  ['Reshape', { className: 'Flatten', fields: { target_shape: only([-1]) } }],
  ['Rescaling', { ...identity, fields: { scale: rescaling(1), offset: rescaling(0) } }],
  ['Identity', identity],
  ...['SpatialDropout2D', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout'].map(trainingOnly),
  ...['RandomFlip', 'RandomRotation', 'RandomZoom', 'RandomTranslation', 'RandomContrast'].map(trainingOnly),
]);
