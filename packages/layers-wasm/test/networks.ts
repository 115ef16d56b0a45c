/** Small networks that together use every layer and option, with odd sizes and channel counts. */
import { ConfigBuilder, type Output, type TestNetwork } from './configBuilder.js';
import { fullMiniXception, miniXception } from './miniXceptionConfig.js';

const l2 = (factor: number) => ({ class_name: 'L2', config: { l2: factor } });
const l1l2 = (factor: number) => ({ class_name: 'L1L2', config: { l1: 0, l2: factor } });

function convolutions(): TestNetwork {
  const net = new ConfigBuilder('convolutions', [13, 9, 3]);
  let x = net.add('Conv2D', { filters: 5, kernel_size: [3, 3], activation: 'relu' }, net.input);
  x = net.add('Conv2D', { filters: 7, kernel_size: [5, 5], strides: [2, 2], padding: 'same', use_bias: false }, x);
  x = net.add('Activation', { activation: 'relu' }, x);
  const regularised = { kernel_regularizer: l2(0.01), bias_regularizer: l1l2(0.02) };
  x = net.add('Conv2D', { filters: 10, kernel_size: [2, 2], strides: [3, 3], padding: 'same', ...regularised }, x);
  return classify(net, x, { units: 4, kernel_regularizer: l1l2(0.005), bias_regularizer: l2(0.01) });
}

function kernelShapes(): TestNetwork {
  const net = new ConfigBuilder('kernelShapes', [11, 11, 1]);
  let x = net.add('Conv2D', { filters: 3, kernel_size: [2, 2], activation: 'relu6' }, net.input);
  x = net.add('Conv2D', { filters: 7, kernel_size: [1, 3], strides: [1, 2], activation: 'relu' }, x);
  x = net.add('Conv2D', { filters: 1, kernel_size: [1, 1], strides: [2, 1], padding: 'same', activation: 'linear' }, x);
  x = net.add('Conv2D', { filters: 5, kernel_size: [5, 1], padding: 'same', activation: 'relu6' }, x);
  x = net.add('Conv2D', { filters: 8, kernel_size: [1, 1], strides: [3, 3] }, x);
  return classify(net, x, { units: 3 });
}

function depthwise(): TestNetwork {
  const net = new ConfigBuilder('depthwise', [11, 11, 3]);
  const regularised = { depthwise_regularizer: l2(0.02), bias_regularizer: l2(0.01) };
  let x = net.add('DepthwiseConv2D', { kernel_size: [3, 3], padding: 'same', use_bias: false }, net.input);
  x = net.add('DepthwiseConv2D', { kernel_size: [5, 5], depth_multiplier: 2, activation: 'relu', ...regularised }, x);
  x = net.add('DepthwiseConv2D', { kernel_size: [3, 3], strides: [2, 2], padding: 'same', activation: 'relu6' }, x);
  x = net.add('DepthwiseConv2D', { kernel_size: [2, 2], strides: [2, 2], depth_multiplier: 3 }, x);
  return classify(net, x, { units: 5 });
}

function separable(): TestNetwork {
  const net = new ConfigBuilder('separable', [13, 9, 3]);
  const regularised = {
    depthwise_regularizer: l1l2(0.01),
    pointwise_regularizer: l2(0.02),
    bias_regularizer: l2(0.01),
  };
  let x = net.add('SeparableConv2D', { filters: 10, kernel_size: [3, 3], padding: 'same' }, net.input);
  const doubled = { kernel_size: [3, 3], depth_multiplier: 2, activation: 'relu', ...regularised };
  x = net.add('SeparableConv2D', { filters: 7, strides: [2, 2], ...doubled }, x);
  x = net.add('SeparableConv2D', { filters: 12, kernel_size: [5, 5], padding: 'same', use_bias: false }, x);
  x = net.add('SeparableConv2D', { filters: 5, kernel_size: [2, 2], strides: [2, 2], padding: 'same' }, x);
  return classify(net, x, { units: 7 });
}

function normalisation(): TestNetwork {
  const net = new ConfigBuilder('normalisation', [5, 7, 3]);
  let x = net.add('BatchNormalization', { momentum: 0.9, epsilon: 0.01, axis: 3 }, net.input);
  x = net.add('Conv2D', { filters: 7, kernel_size: [3, 3], padding: 'same', use_bias: false }, x);
  x = net.add('BatchNormalization', { scale: false }, x);
  x = net.add('ReLU', {}, x);
  x = net.add('Conv2D', { filters: 5, kernel_size: [2, 2], use_bias: false }, x);
  x = net.add('BatchNormalization', { center: false, momentum: 0.5 }, x);
  x = net.add('ReLU', { max_value: 1.5 }, x);
  x = net.add('BatchNormalization', { center: false, scale: false, axis: -1 }, x);
  x = net.add('BatchNormalization', { axis: [3] }, x);
  x = net.add('Flatten', {}, x);
  x = net.add('Dense', { units: 10, use_bias: false }, x);
  x = net.add('BatchNormalization', { axis: -1 }, x);
  x = net.add('Activation', { activation: 'relu' }, x);
  return net.finish(net.add('Dense', { units: 4, activation: 'softmax' }, x));
}

/** Activations as layers, of a shared convolution and of shared normalisations. */
function rectifiers(): TestNetwork {
  const net = new ConfigBuilder('rectifiers', [5, 7, 5]);
  const x = net.add('Conv2D', { filters: 7, kernel_size: [1, 1] }, net.input);
  const branches = ['relu', 'relu6', 'linear'].map((activation) => net.add('Activation', { activation }, x));
  branches.push(net.add('ReLU', { max_value: 0.5 }, x));
  const sum = net.add('Add', {}, ...branches);
  const normal = net.add('BatchNormalization', {}, sum);
  const rectified = net.add('ReLU', { max_value: 1 }, normal);
  const deep = net.add('Activation', { activation: 'relu' }, net.add('BatchNormalization', {}, rectified));
  return classify(net, net.add('Add', {}, deep, rectified, normal), { units: 3 });
}

/** Activations that the reference knows beyond the engine. */
function smoothActivations(): TestNetwork {
  const net = new ConfigBuilder('smoothActivations', [5, 7, 5]);
  const x = net.add('Conv2D', { filters: 7, kernel_size: [1, 1] }, net.input);
  const names = ['sigmoid', 'tanh', 'elu', 'selu', 'softmax'];
  const branches = names.map((activation) => net.add('Activation', { activation }, x));
  return classify(net, net.add('Add', {}, ...branches), { units: 3 });
}

/** One image read by a layer of every kind, none of which needs its gradient. */
function sharedInput(): TestNetwork {
  const net = new ConfigBuilder('sharedInput', [11, 13, 3]);
  const readers = [
    net.add('MaxPooling2D', { pool_size: [3, 3], strides: [1, 1], padding: 'same' }, net.input),
    net.add('AveragePooling2D', { pool_size: [3, 3], strides: [1, 1], padding: 'same' }, net.input),
    net.add('BatchNormalization', {}, net.input),
    net.add('DepthwiseConv2D', { kernel_size: [3, 3], padding: 'same' }, net.input),
    net.add('ReLU', {}, net.input),
  ];
  let x = net.add('Add', {}, net.input, net.input, ...readers);
  x = net.add('Conv2D', { filters: 5, kernel_size: [3, 3], strides: [2, 2], padding: 'same' }, x);
  const direct = net.add('Conv2D', { filters: 5, kernel_size: [3, 3], strides: [2, 2], padding: 'same' }, net.input);
  return classify(net, net.add('Add', {}, x, direct), { units: 3 });
}

/** More channels than a block of any kernel, and not a multiple of one. */
function wide(): TestNetwork {
  const net = new ConfigBuilder('wide', [5, 7, 3]);
  let x = net.add('Conv2D', { filters: 19, kernel_size: [1, 1], use_bias: false }, net.input);
  x = net.add('BatchNormalization', {}, x);
  x = net.add('Activation', { activation: 'relu' }, x);
  x = net.add('Conv2D', { filters: 37, kernel_size: [3, 3], strides: [2, 2], padding: 'same' }, x);
  x = net.add('SeparableConv2D', { filters: 33, kernel_size: [3, 3], padding: 'same', activation: 'relu' }, x);
  x = net.add('GlobalAveragePooling2D', {}, x);
  return net.finish(net.add('Dense', { units: 9, activation: 'softmax' }, x));
}

/** Windows larger than the image: most taps meet padding. */
function tinyImages(): TestNetwork {
  const net = new ConfigBuilder('tinyImages', [2, 3, 1]);
  let x = net.add('Conv2D', { filters: 6, kernel_size: [5, 5], padding: 'same' }, net.input);
  x = net.add('MaxPooling2D', { pool_size: [3, 3], strides: [2, 2], padding: 'same' }, x);
  x = net.add('DepthwiseConv2D', { kernel_size: [5, 5], padding: 'same' }, x);
  x = net.add('AveragePooling2D', { pool_size: [3, 3], strides: [3, 3], padding: 'same' }, x);
  x = net.add('SeparableConv2D', { filters: 7, kernel_size: [3, 3], strides: [2, 2], padding: 'same' }, x);
  return classify(net, x, { units: 3 });
}

function poolings(): TestNetwork {
  const net = new ConfigBuilder('poolings', [11, 13, 5]);
  let x = net.add('Conv2D', { filters: 7, kernel_size: [3, 3], padding: 'same', use_bias: false }, net.input);
  x = net.add('BatchNormalization', {}, x);
  const max = net.add('MaxPooling2D', { pool_size: [3, 3], strides: [2, 2], padding: 'same' }, x);
  const mean = net.add('AveragePooling2D', { pool_size: [3, 3], strides: [2, 2], padding: 'same' }, x);
  x = net.add('Add', {}, max, mean);
  const overlapping = net.add('MaxPooling2D', { pool_size: [2, 2], strides: [1, 1] }, x);
  const averaged = net.add('AveragePooling2D', { pool_size: [2, 2], strides: [1, 1], padding: 'valid' }, x);
  x = net.add('Add', {}, overlapping, averaged);
  const apart = net.add('MaxPooling2D', { pool_size: [2, 3], strides: [3, 3], padding: 'same' }, x);
  const means = net.add('AveragePooling2D', { pool_size: [2, 3], strides: [3, 3], padding: 'same' }, x);
  x = net.add('Add', {}, apart, means);
  x = net.add('MaxPooling2D', { pool_size: [2, 2], padding: 'same' }, x);
  x = net.add('AveragePooling2D', { pool_size: [1, 1], strides: null }, x);
  return classify(net, x, { units: 6 });
}

function globalPoolings(): TestNetwork {
  const net = new ConfigBuilder('globalPoolings', [5, 7, 1]);
  const x = net.add('Conv2D', { filters: 10, kernel_size: [3, 3] }, net.input);
  const mean = net.add('GlobalAveragePooling2D', {}, x);
  const max = net.add('GlobalMaxPooling2D', {}, x);
  const sum = net.add('Add', {}, mean, max);
  return net.finish(net.add('Softmax', {}, net.add('Dense', { units: 7 }, sum)));
}

function residuals(): TestNetwork {
  const net = new ConfigBuilder('residuals', [11, 11, 3]);
  const convolve = (config: Record<string, unknown>, input: Output) =>
    net.add('Conv2D', { kernel_size: [3, 3], padding: 'same', ...config }, input);
  const x = convolve({ filters: 7, activation: 'relu' }, net.input);
  const identity = net.add('Add', {}, convolve({ filters: 7 }, x), x);
  const both = net.add('Add', {}, identity, x);
  const projected = net.add(
    'Add',
    {},
    convolve({ filters: 10, strides: [2, 2] }, both),
    convolve({ filters: 10, strides: [2, 2], kernel_size: [1, 1] }, identity),
    net.add('ReLU', {}, convolve({ filters: 10, strides: [2, 2], use_bias: false }, x)),
  );
  return classify(net, projected, { units: 3 });
}

function paddings(): TestNetwork {
  const net = new ConfigBuilder('paddings', [5, 7, 3]);
  const sides = [
    [1, 2],
    [0, 3],
  ];
  let x = net.add('ZeroPadding2D', { padding: sides }, net.input);
  x = net.add('Conv2D', { filters: 5, kernel_size: [3, 3], strides: [2, 2], activation: 'relu' }, x);
  const even = [
    [1, 1],
    [1, 1],
  ];
  x = net.add('ZeroPadding2D', { padding: even }, x);
  x = net.add('MaxPooling2D', { pool_size: [2, 2], strides: [1, 1] }, x);
  return classify(net, x, { units: 2 });
}

function denses(): TestNetwork {
  const net = new ConfigBuilder('denses', [5, 7, 3]);
  let x = net.add('Flatten', {}, net.input);
  x = net.add('Dense', { units: 10, activation: 'relu', kernel_regularizer: l2(0.01) }, x);
  const hidden = net.add('Dense', { units: 10, activation: 'relu6' }, x);
  x = net.add('Add', {}, hidden, x);
  x = net.add('Dense', { units: 7, use_bias: false }, x);
  return net.finish(net.add('Softmax', { axis: -1 }, x));
}

/** The layers list need not be in the order of the data flow. */
function outOfOrder(): TestNetwork {
  const network = miniXception({ name: 'outOfOrder', inputShape: [13, 11, 1], stem: 3, blocks: [5], classes: 3 });
  network.config.config.layers.reverse();
  return network;
}

/** Every element has its own weight per class, so that gradients show which elements were dropped. */
export function dropoutNetwork(): TestNetwork {
  const net = new ConfigBuilder('dropout', [5, 7, 3]);
  const x = net.add('Dropout', { rate: 0.4 }, net.input);
  return classify(net, x, { units: 4 });
}

function classify(net: ConfigBuilder, input: Output, dense: { units: number } & Record<string, unknown>): TestNetwork {
  return net.finish(net.add('Dense', { activation: 'softmax', ...dense }, net.add('Flatten', {}, input)));
}

/** A mini-Xception with channels that no vector width divides. */
export const narrowMiniXception = miniXception({
  name: 'narrowMiniXception',
  inputShape: [33, 35, 1],
  stem: 5,
  blocks: [7, 10, 12],
  classes: 7,
});

/** Networks without dropout, small enough for a naive implementation and a large batch. */
export const smallNetworks: readonly TestNetwork[] = [
  convolutions(),
  kernelShapes(),
  depthwise(),
  separable(),
  normalisation(),
  rectifiers(),
  poolings(),
  globalPoolings(),
  residuals(),
  paddings(),
  denses(),
  sharedInput(),
  wide(),
  tinyImages(),
  outOfOrder(),
];

/** What the reference is tested with. */
export const referenceNetworks: readonly TestNetwork[] = [...smallNetworks, smoothActivations()];

/** All networks without dropout. */
export const networks: readonly TestNetwork[] = [...smallNetworks, narrowMiniXception, fullMiniXception];
