/** How each layer class maps the shapes of its inputs to that of its output. */
import { FerError } from '../errors.js';
import { isWholeNumber } from './json.js';
import { readChoice, readInteger, readPair, wrongField, type Pair } from './layerFields.js';
import type { LayerConfig } from './modelFile.js';

/** [height, width, channels] or [features]. NaN is a height or width that the network's input leaves open, or one that follows from it. */
export type Shape = readonly number[];

export type ShapeRule = (layer: LayerConfig, inputs: readonly Shape[]) => Shape;

/** The rule of this layer's class. Throws MODEL_UNSUPPORTED, with the known classes, when there is none. */
export function shapeRule(layer: LayerConfig): ShapeRule {
  const rule = Object.hasOwn(shapeRules, layer.class_name) ? shapeRules[layer.class_name] : undefined;
  if (rule !== undefined) return rule;
  throw new FerError(
    'MODEL_UNSUPPORTED',
    `Layer ${layer.name} has class ${layer.class_name}; expected one of ${Object.keys(shapeRules).join(', ')}. ` +
      'Build the model from these layers.',
  );
}

/** MODEL_INVALID for layers that do not fit together. */
export function invalidGraph(problem: string): FerError {
  return new FerError('MODEL_INVALID', `${problem}. Export the model again.`);
}

const shapeRules: Readonly<Record<string, ShapeRule>> = {
  InputLayer: inputShape,
  Conv2D: (layer, inputs) => {
    if (readInteger(layer, 'groups', { minimum: 1, fallback: 1 }) !== 1) throw wrongField(layer, 'groups', '1');
    return convolution(layer, inputs, readInteger(layer, 'filters', { minimum: 1 }));
  },
  SeparableConv2D: (layer, inputs) => convolution(layer, inputs, readInteger(layer, 'filters', { minimum: 1 })),
  DepthwiseConv2D: (layer, inputs) => {
    const multiplier = readInteger(layer, 'depth_multiplier', { minimum: 1, fallback: 1 });
    return convolution(layer, inputs, image(layer, inputs)[2] * multiplier);
  },
  Dense: (layer, inputs) => [...single(layer, inputs).slice(0, -1), readInteger(layer, 'units', { minimum: 1 })],
  BatchNormalization: single,
  Activation: single,
  ReLU: single,
  Softmax: single,
  Dropout: single,
  MaxPooling2D: pooling,
  AveragePooling2D: pooling,
  GlobalAveragePooling2D: globalPooling,
  GlobalMaxPooling2D: globalPooling,
  Flatten: (layer, inputs) => [single(layer, inputs).reduce((product, size) => product * size, 1)],
  ZeroPadding2D: zeroPadding,
  Add: sum,
};

function inputShape(layer: LayerConfig): Shape {
  const batchShape = layer.config['batch_input_shape'] ?? layer.config['batch_shape'];
  const sizes: unknown[] = Array.isArray(batchShape) ? batchShape.slice(1) : [];
  const shape = sizes.map((size, axis) => (size === null && sizes.length === 3 && axis < 2 ? NaN : size));
  if (shape.length > 0 && shape.every((size) => Number.isNaN(size) || isWholeNumber(size, 1))) return shape as number[];
  throw wrongField(layer, 'batch_input_shape', '[null, height, width, channels] in whole numbers');
}

function convolution(layer: LayerConfig, inputs: readonly Shape[], channels: number): Shape {
  const kernel = readPair(layer, 'kernel_size');
  const dilation = readPair(layer, 'dilation_rate', [1, 1]);
  const window: Pair = [(kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1];
  return [...slide(layer, inputs, { window, strides: readPair(layer, 'strides', [1, 1]) }), channels];
}

function pooling(layer: LayerConfig, inputs: readonly Shape[]): Shape {
  const window = readPair(layer, 'pool_size', [2, 2]);
  return [...slide(layer, inputs, { window, strides: readPair(layer, 'strides', window) }), image(layer, inputs)[2]];
}

function globalPooling(layer: LayerConfig, inputs: readonly Shape[]): Shape {
  return [image(layer, inputs)[2]];
}

/** Positions of a window: `ceil(size / stride)` with same padding, `floor((size - window) / stride) + 1` with valid. */
function slide(layer: LayerConfig, inputs: readonly Shape[], options: { window: Pair; strides: Pair }): Pair {
  const { window, strides } = options;
  const [height, width] = image(layer, inputs);
  if (readChoice(layer, 'padding', ['valid', 'same']) === 'same') {
    return [Math.ceil(height / strides[0]), Math.ceil(width / strides[1])];
  }
  if (height < window[0] || width < window[1]) {
    const sizes = `a ${window.join('x')} window over an input of ${height}x${width}`;
    throw invalidGraph(
      `Layer ${layer.name} (${layer.class_name}) slides ${sizes}; expected the input to be no smaller`,
    );
  }
  return [Math.floor((height - window[0]) / strides[0]) + 1, Math.floor((width - window[1]) / strides[1]) + 1];
}

/** `padding`: one number for all sides, [vertical, horizontal], or [[top, bottom], [left, right]]. */
function zeroPadding(layer: LayerConfig, inputs: readonly Shape[]): Shape {
  const [height, width, channels] = image(layer, inputs);
  const given = layer.config['padding'] ?? 1;
  const axes: unknown[] = Array.isArray(given) ? given : [given, given];
  const amounts = axes.flatMap((axis: unknown) => (Array.isArray(axis) ? (axis as unknown[]) : [axis, axis]));
  if (axes.length !== 2 || amounts.length !== 4 || !amounts.every((amount) => isWholeNumber(amount, 0))) {
    throw wrongField(layer, 'padding', '[[top, bottom], [left, right]] in whole numbers');
  }
  const [top, bottom, left, right] = amounts as [number, number, number, number];
  return [height + top + bottom, width + left + right, channels];
}

function sum(layer: LayerConfig, inputs: readonly Shape[]): Shape {
  const first = inputs[0];
  if (first === undefined || inputs.length < 2 || inputs.some((shape) => shape.join() !== first.join())) {
    const came = inputs.map((shape) => `[${shape.join(', ')}]`).join(' and ') || 'none';
    throw invalidGraph(
      `Layer ${layer.name} (${layer.class_name}) expects two or more inputs of one shape, got ${came}`,
    );
  }
  return first;
}

function single(layer: LayerConfig, inputs: readonly Shape[]): Shape {
  const [input] = inputs;
  if (input !== undefined && inputs.length === 1) return input;
  throw invalidGraph(`Layer ${layer.name} (${layer.class_name}) expects one input, got ${inputs.length}`);
}

function image(layer: LayerConfig, inputs: readonly Shape[]): readonly [number, number, number] {
  readChoice(layer, 'data_format', ['channels_last']);
  const input = single(layer, inputs);
  if (input.length === 3) return input as unknown as readonly [number, number, number];
  const expected = 'an input of [height, width, channels]';
  throw invalidGraph(`Layer ${layer.name} (${layer.class_name}) expects ${expected}, got [${input.join(', ')}]`);
}
