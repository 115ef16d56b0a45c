/** How each class of layer becomes ONNX nodes. Images are [count, channels, height, width] there, as its operators want them. */
import { FerError } from '../../../errors.js';
import { readChoice, readFlag, readPair, wrongField, type Pair } from '../../layerFields.js';
import type { LayerShapes } from '../../layerShapes.js';
import type { LayerConfig, NamedWeight, NamedWeights } from '../../modelFile.js';
import type { OnnxGraph } from './graph.js';
import { transposed } from './transposed.js';

/** A layer, what it reads, and where its nodes go. */
export interface LayerToLower {
  readonly graph: OnnxGraph;
  readonly layer: LayerConfig;
  /** Keras shapes: [height, width, channels] or [features]. */
  readonly shapes: LayerShapes;
  readonly weights: NamedWeights;
  /** Names of the tensors that it reads. */
  readonly inputs: readonly string[];
}

type Lowering = (at: LayerToLower) => string;

/** Adds the layer's nodes and gives the name of its output. Throws MODEL_UNSUPPORTED for a class or attribute that it cannot express. */
export function lowerLayer(at: LayerToLower): string {
  const { class_name: className, name } = at.layer;
  const lowering = Object.hasOwn(lowerings, className) ? lowerings[className] : undefined;
  if (lowering !== undefined) return lowering(at);
  throw new FerError(
    'MODEL_UNSUPPORTED',
    `Layer ${name} has class ${className}, which has no ONNX form here; expected one of ${Object.keys(lowerings).join(', ')}.`,
  );
}

const lowerings: Readonly<Record<string, Lowering>> = {
  InputLayer: fromChannelsLast,
  Conv2D: (at) => {
    const kernel = weight(at, 'kernel'); // [height, width, in, out]
    const output = convolution(at, { name: `${at.layer.name}/kernel`, kernel, order: [3, 2, 0, 1] });
    return activate(at, output);
  },
  DepthwiseConv2D: (at) => activate(at, depthwise(at, hasBias(at))),
  SeparableConv2D: (at) => {
    const input = depthwise(at, false);
    const kernel = transposed(weight(at, 'pointwise_kernel'), [3, 2, 0, 1]);
    const name = at.graph.floats(`${at.layer.name}/pointwise_kernel`, kernel.shape, kernel.data);
    return activate(
      at,
      at.graph.node('Conv', { name: `${at.layer.name}/pointwise`, inputs: [input, name, ...bias(at)] }),
    );
  },
  Dense: (at) => activate(at, dense(at)),
  BatchNormalization: normalization,
  Activation: (at) => activate(at, at.inputs[0]!),
  ReLU: (at) => {
    const { max_value: ceiling } = at.layer.config; // a number, as the engine that ran it found
    return typeof ceiling === 'number' ? rectify(at, at.inputs[0]!, ceiling) : simple(at, 'Relu');
  },
  Softmax: (at) => simple(at, 'Softmax', { axis: 1 }),
  Dropout: ({ inputs }) => inputs[0]!, // which passes everything on when it predicts
  MaxPooling2D: (at) => simple(at, 'MaxPool', pooling(at)),
  AveragePooling2D: (at) => simple(at, 'AveragePool', { ...pooling(at), count_include_pad: 0 }),
  GlobalAveragePooling2D: (at) => globalPooling(at, 'GlobalAveragePool'),
  GlobalMaxPooling2D: (at) => globalPooling(at, 'GlobalMaxPool'),
  Flatten: flatten,
  ZeroPadding2D: zeroPadding,
  Add: (at) => simple(at, 'Sum'),
};

function simple({ graph, layer, inputs }: LayerToLower, operator: string, attributes = {}): string {
  return graph.node(operator, { name: layer.name, inputs, attributes });
}

/** The network's input stays [count, height, width, channels], as in Keras. */
function fromChannelsLast({ graph, layer, shapes, inputs }: LayerToLower): string {
  if (shapes.output.length !== 3) return inputs[0]!;
  return graph.node('Transpose', { name: layer.name, inputs, attributes: { perm: [0, 3, 1, 2] } });
}

interface Kernel {
  readonly name: string;
  readonly kernel: NamedWeight;
  /** From Keras' axes to [out, in, height, width]. */
  readonly order: readonly number[];
}

function convolution(at: LayerToLower, { name, kernel, order }: Kernel): string {
  const { graph, layer, inputs } = at;
  const { shape, data } = transposed(kernel, order);
  const window = windowOf(at, readPair(layer, 'kernel_size'));
  return graph.node('Conv', {
    name: `${layer.name}/convolution`,
    inputs: [inputs[0]!, graph.floats(name, shape, data), ...bias(at)],
    attributes: { ...window, dilations: readPair(layer, 'dilation_rate', [1, 1]) },
  });
}

/** One group of filters per input channel; Keras' kernel is [height, width, in, multiplier]. */
function depthwise(at: LayerToLower, withBias: boolean): string {
  const { graph, layer, inputs } = at;
  const kernel = transposed(weight(at, 'depthwise_kernel'), [2, 3, 0, 1]);
  const [channels, multiplier, height, width] = kernel.shape as [number, number, number, number];
  const name = graph.floats(`${layer.name}/depthwise_kernel`, [channels * multiplier, 1, height, width], kernel.data);
  return graph.node('Conv', {
    name: `${layer.name}/depthwise`,
    inputs: [inputs[0]!, name, ...(withBias ? bias(at) : [])],
    attributes: {
      ...windowOf(at, [height, width]),
      dilations: readPair(layer, 'dilation_rate', [1, 1]),
      group: channels,
    },
  });
}

function dense(at: LayerToLower): string {
  const { graph, layer, shapes, inputs } = at;
  const kernel = weight(at, 'kernel');
  if (shapes.output.length !== 1) {
    throw new FerError(
      'MODEL_UNSUPPORTED',
      `Layer ${layer.name} (Dense): expected an input of [features], got [${shapes.inputs[0]!.join(', ')}]. Flatten or pool it first.`,
    );
  }
  const name = graph.floats(`${layer.name}/kernel`, kernel.shape, kernel.data);
  return graph.node('Gemm', { name: `${layer.name}/product`, inputs: [inputs[0]!, name, ...bias(at)] });
}

function normalization(at: LayerToLower): string {
  const { graph, layer, inputs, shapes } = at;
  const channels = shapes.output.at(-1)!;
  const epsilon = layer.config['epsilon'] ?? 1e-3;
  if (typeof epsilon !== 'number') throw wrongField(layer, 'epsilon', 'a number');
  const vector = (name: string, constant: number): string => {
    const data = at.weights.get(`${layer.name}/${name}`)?.data ?? new Float32Array(channels).fill(constant);
    return graph.floats(`${layer.name}/${name}`, [channels], data);
  };
  const parameters = [vector('gamma', 1), vector('beta', 0), vector('moving_mean', 0), vector('moving_variance', 1)];
  return graph.node('BatchNormalization', {
    name: layer.name,
    inputs: [inputs[0]!, ...parameters],
    attributes: { epsilon: { float: epsilon } },
  });
}

/** The activation that Keras allows inside of a layer. */
function activate(at: LayerToLower, input: string): string {
  const { graph, layer } = at;
  const node = (operator: string, attributes = {}): string =>
    graph.node(operator, { name: layer.name, inputs: [input], attributes });
  switch (readChoice(layer, 'activation', ['linear', 'relu', 'relu6', 'softmax'])) {
    case 'linear':
      return input;
    case 'relu':
      return node('Relu');
    case 'relu6':
      return rectify(at, input, 6);
    case 'softmax':
      return node('Softmax', { axis: 1 });
  }
}

function rectify({ graph, layer }: LayerToLower, input: string, most: number): string {
  const floor = graph.floats(`${layer.name}/floor`, [], Float32Array.of(0));
  const ceiling = graph.floats(`${layer.name}/ceiling`, [], Float32Array.of(most));
  return graph.node('Clip', { name: layer.name, inputs: [input, floor, ceiling] });
}

function globalPooling({ graph, layer, inputs }: LayerToLower, operator: string): string {
  const pooled = graph.node(operator, { name: `${layer.name}/pooled`, inputs });
  return graph.node('Flatten', { name: layer.name, inputs: [pooled], attributes: { axis: 1 } });
}

/** In Keras' order of values: channels last. */
function flatten({ graph, layer, shapes, inputs }: LayerToLower): string {
  const isImage = shapes.inputs[0]!.length === 3;
  const perm = [0, 2, 3, 1];
  const last = isImage
    ? [graph.node('Transpose', { name: `${layer.name}/channels_last`, inputs, attributes: { perm } })]
    : inputs;
  return graph.node('Flatten', { name: layer.name, inputs: last, attributes: { axis: 1 } });
}

/** How much is above and to the left follows from the shapes only together with the field, whose forms `layerShapes` has checked. */
function zeroPadding({ graph, layer, inputs }: LayerToLower): string {
  const given = layer.config['padding'] ?? 1;
  const axes = (Array.isArray(given) ? given : [given, given]) as (number | Pair)[];
  const sides = axes.flatMap((axis) => (typeof axis === 'number' ? [axis, axis] : axis));
  const [top, bottom, left, right] = sides as [number, number, number, number];
  const amounts = graph.integers(`${layer.name}/amounts`, [0, 0, top, left, 0, 0, bottom, right]);
  return graph.node('Pad', { name: layer.name, inputs: [inputs[0]!, amounts] });
}

function pooling(at: LayerToLower): object {
  const size = readPair(at.layer, 'pool_size', [2, 2]);
  return windowOf(at, size, size);
}

/** Kernel shape, strides and the padding that TensorFlow gives a window: what is odd goes below and to the right. */
function windowOf({ layer, shapes }: LayerToLower, size: Pair, stridesWhenAbsent: Pair = [1, 1]) {
  const strides = readPair(layer, 'strides', stridesWhenAbsent);
  const dilation = readPair(layer, 'dilation_rate', [1, 1]);
  const isSame = readChoice(layer, 'padding', ['valid', 'same']) === 'same';
  const amounts = [0, 1].map((axis) => {
    const [from, to] = [shapes.inputs[0]![axis]!, shapes.output[axis]!];
    const reach = (size[axis]! - 1) * dilation[axis]! + 1;
    return isSame ? Math.max(0, (to - 1) * strides[axis]! + reach - from) : 0;
  });
  const before = amounts.map((amount) => Math.floor(amount / 2));
  const after = amounts.map((amount, axis) => amount - before[axis]!);
  return { kernel_shape: size, strides, pads: [...before, ...after] };
}

function hasBias({ layer }: LayerToLower): boolean {
  return readFlag(layer, 'use_bias', true);
}

/** The name of the layer's bias, if it has one. */
function bias(at: LayerToLower): string[] {
  if (!hasBias(at)) return [];
  const { shape, data } = weight(at, 'bias');
  return [at.graph.floats(`${at.layer.name}/bias`, shape, data)];
}

function weight({ layer, weights }: LayerToLower, name: string): NamedWeight {
  return weights.get(`${layer.name}/${name}`)!; // `checkModel` found it
}
