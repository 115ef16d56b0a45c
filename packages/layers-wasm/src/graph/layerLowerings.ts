/** How each kind of layer becomes operations. */
import { LayersWasmError } from '../errors.js';
import type { GraphBuilder } from './graphBuilder.js';
import type { LayerFields } from './layerFields.js';
import type { Value } from './operation.js';
import type { Parameter } from './parameter.js';
import { makeWindow } from './window.js';

/** A layer, what it reads, and where its operations go. */
export interface LayerToLower {
  readonly graph: GraphBuilder;
  /** Of its config. */
  readonly fields: LayerFields;
  /** The first of its inputs, and but for Add the only one. */
  readonly input: Value;
  readonly inputs: readonly Value[];
}

type Lowering = (at: LayerToLower) => Value;

type Pair = readonly [number, number];

/** Places the window of a layer over its input; a window larger than the input is an error. */
function windowOf({ fields, input }: LayerToLower, size: Pair, stridesWhenAbsent: Pair = [1, 1]) {
  const stride = fields.pair('strides', stridesWhenAbsent);
  const placed = makeWindow(input.shape, { size, stride, padding: fields.padding() });
  if (placed.height < 1 || placed.width < 1) {
    const image = `${input.shape.height}x${input.shape.width}`;
    throw new LayersWasmError(
      'MODEL_INVALID',
      `Layer "${fields.layer.name}" (${fields.layer.class_name}): a window of ${size.join('x')} does not fit into an image of ${image}.`,
    );
  }
  return placed;
}

function softmax({ graph, fields }: LayerToLower, input: Value): Value {
  if (input.shape.height * input.shape.width !== 1) throw fields.unsupported('softmax over an image');
  return graph.addSoftmax(input);
}

/** Adds the activation that the layer names behind `input`. */
function activate(at: LayerToLower, input: Value): Value {
  const { graph, fields } = at;
  const name = fields.activation();
  switch (name) {
    case 'linear':
      return input;
    case 'relu':
      return graph.add({ kind: 'rectification', input, rectifier: { ceiling: undefined } }, input.shape);
    case 'relu6':
      return graph.add({ kind: 'rectification', input, rectifier: { ceiling: 6 } }, input.shape);
    case 'softmax':
      return softmax(at, input);
    default:
      throw fields.unsupported(`activation "${name}"; it knows linear, relu, relu6 and, at the end, softmax`);
  }
}

function demandPlainConvolution(fields: LayerFields): void {
  fields.demand('data_format', ['channels_last']);
  fields.demand('dilation_rate', [1, [1, 1]]);
  fields.demand('groups', [1]);
}

function biasOf({ graph, fields }: LayerToLower, channels: number) {
  if (!fields.flag('use_bias', true)) return undefined;
  return graph.vector(`${fields.layer.name}/bias`, channels, { trainable: true, l2: fields.l2('bias_regularizer') });
}

const convolution: Lowering = (at) => {
  const { graph, fields, input } = at;
  demandPlainConvolution(fields);
  const filters = fields.count('filters');
  const size = fields.pair('kernel_size');
  const { window, height, width } = windowOf(at, size);
  const kernelShape = [...size, input.shape.channels, filters];
  const kernel = graph.kernel(`${fields.layer.name}/kernel`, kernelShape, fields.l2('kernel_regularizer'));
  const bias = biasOf(at, filters);
  const shape = { height, width, channels: filters };
  return activate(at, graph.add({ kind: 'convolution', input, window, kernel, bias }, shape));
};

/** The depthwise part that DepthwiseConv2D and SeparableConv2D share; a multiplier repeats each channel first. */
function depthwise(at: LayerToLower, withBias: boolean): Value {
  const { graph, fields, input } = at;
  demandPlainConvolution(fields);
  const times = fields.count('depth_multiplier', 1);
  const size = fields.pair('kernel_size');
  const { window, height, width } = windowOf(at, size);
  const channels = input.shape.channels * times;
  const repeated =
    times === 1 ? input : graph.add({ kind: 'repeatChannels', input, times }, { ...input.shape, channels });
  const kernel = graph.depthwiseKernel(
    `${fields.layer.name}/depthwise_kernel`,
    [...size, input.shape.channels, times],
    fields.l2('depthwise_regularizer'),
  );
  const bias = withBias ? biasOf(at, channels) : undefined;
  return graph.add({ kind: 'depthwise', input: repeated, window, kernel, bias }, { height, width, channels });
}

/** A 1x1 convolution: of an image, or of a vector as Dense. */
function pointwise(at: LayerToLower, input: Value, kernel: Parameter): Value {
  const { window } = makeWindow(input.shape, { size: [1, 1], stride: [1, 1], padding: 'valid' });
  const bias = biasOf(at, kernel.columns);
  return at.graph.add(
    { kind: 'convolution', input, window, kernel, bias },
    { ...input.shape, channels: kernel.columns },
  );
}

const normalization: Lowering = ({ graph, fields, input }) => {
  fields.demand('axis', input.isVector ? [-1, 1, 3, [-1], [1], [3]] : [-1, 3, [-1], [3]]);
  const { channels } = input.shape;
  const weight = (name: string, trainable: boolean) =>
    graph.vector(`${fields.layer.name}/${name}`, channels, {
      trainable,
      l2: trainable ? fields.l2(`${name}_regularizer`) : 0,
    });
  return graph.add(
    {
      kind: 'normalization',
      input,
      epsilon: fields.positive('epsilon', 1e-3),
      momentum: fields.number('momentum', 0.99),
      gamma: fields.flag('scale', true) ? weight('gamma', true) : undefined,
      beta: fields.flag('center', true) ? weight('beta', true) : undefined,
      movingMean: weight('moving_mean', false),
      movingVariance: weight('moving_variance', false),
      frozen: !graph.trainable,
      rectifier: undefined,
      pooling: undefined,
    },
    input.shape,
  );
};

const pooling =
  (kind: 'maxPooling' | 'averagePooling'): Lowering =>
  (at) => {
    const { graph, fields, input } = at;
    fields.demand('data_format', ['channels_last']);
    const size = fields.pair('pool_size', [2, 2]);
    const { window, height, width } = windowOf(at, size, size);
    return graph.add({ kind, input, window }, { height, width, channels: input.shape.channels });
  };

const globalPooling =
  (kind: 'maxPooling' | 'averagePooling'): Lowering =>
  ({ graph, fields, input }) => {
    fields.demand('data_format', ['channels_last']);
    const { height, width, channels } = input.shape;
    const { window } = makeWindow(input.shape, { size: [height, width], stride: [1, 1], padding: 'valid' });
    const isVector = !fields.flag('keepdims', false);
    return graph.add({ kind, input, window }, { height: 1, width: 1, channels }, isVector);
  };

const addition: Lowering = ({ graph, fields, inputs }) => {
  const size = ({ shape }: Value): string => `${shape.height}x${shape.width}x${shape.channels}`;
  const [first, ...others] = inputs;
  if (others.length === 0) throw fields.unsupported('it adds a single tensor');
  const odd = others.find((other) => size(other) !== size(first!));
  if (odd) {
    throw new LayersWasmError(
      'MODEL_INVALID',
      `Layer "${fields.layer.name}" (Add): shapes ${size(first!)} and ${size(odd)} differ.`,
    );
  }
  return others.reduce((sum, other) => graph.add({ kind: 'addition', inputs: [sum, other] }, sum.shape), first!);
};

const zeroPadding: Lowering = ({ graph, fields, input }) => {
  fields.demand('data_format', ['channels_last']);
  const [[top, bottom], [left, right]] = fields.margins('padding', 1);
  const { height, width, channels } = input.shape;
  const shape = { height: height + top + bottom, width: width + left + right, channels };
  return graph.add({ kind: 'padding', input, top, left, bottom, right }, shape);
};

/** By class name, as Keras and TensorFlow.js write it. */
export const layerLowerings: ReadonlyMap<string, Lowering> = new Map<string, Lowering>([
  ['Conv2D', convolution],
  ['DepthwiseConv2D', (at) => activate(at, depthwise(at, true))],
  [
    'SeparableConv2D',
    (at) => {
      const { graph, fields } = at;
      const middle = depthwise(at, false);
      const shape = [1, 1, middle.shape.channels, fields.count('filters')];
      const l2 = fields.l2('pointwise_regularizer');
      return activate(at, pointwise(at, middle, graph.kernel(`${fields.layer.name}/pointwise_kernel`, shape, l2)));
    },
  ],
  [
    'Dense',
    (at) => {
      const { graph, fields, input } = at;
      const shape = [input.shape.channels, fields.count('units')];
      const l2 = fields.l2('kernel_regularizer');
      return activate(at, pointwise(at, input, graph.kernel(`${fields.layer.name}/kernel`, shape, l2)));
    },
  ],
  ['BatchNormalization', normalization],
  ['Activation', (at) => activate(at, at.input)],
  [
    'ReLU',
    ({ graph, fields, input }) => {
      fields.demand('negative_slope', [0]);
      fields.demand('threshold', [0]);
      const ceiling = fields.layer.config['max_value'] ?? undefined;
      if (ceiling !== undefined && !(typeof ceiling === 'number' && ceiling > 0))
        throw fields.unsupported('its max_value');
      return graph.add({ kind: 'rectification', input, rectifier: { ceiling } }, input.shape);
    },
  ],
  ['Softmax', (at) => softmax(at, at.input)],
  ['MaxPooling2D', pooling('maxPooling')],
  ['AveragePooling2D', pooling('averagePooling')],
  ['GlobalMaxPooling2D', globalPooling('maxPooling')],
  ['GlobalAveragePooling2D', globalPooling('averagePooling')],
  ['Add', addition],
  [
    'Dropout',
    ({ graph, fields, input }) => {
      const rate = fields.number('rate', 0.5);
      if (rate < 0 || rate >= 1) throw fields.unsupported(`rate ${rate}; it must be at least 0 and below 1`);
      if (rate === 0) return input;
      return graph.add({ kind: 'dropout', input, rate, index: graph.nextDropout() }, input.shape);
    },
  ],
  [
    'Flatten',
    ({ graph, fields, input }) => {
      fields.demand('data_format', ['channels_last']);
      const { height, width, channels } = input.shape;
      if (input.isVector) return input;
      return graph.addVector({ kind: 'flatten', input }, height * width * channels);
    },
  ],
  ['ZeroPadding2D', zeroPadding],
]);
