/** Convolutions of every kind, size, stride and padding. */
import { ConfigBuilder, classify, l1l2, l2, type TestNetwork } from '../configBuilder.js';

/** Conv2D: sizes, strides, both paddings, fused activation, penalties. */
export function convolutions(): TestNetwork {
  const net = new ConfigBuilder('convolutions', [13, 9, 3]);
  let x = net.add('Conv2D', { filters: 5, kernel_size: [3, 3], activation: 'relu' }, net.input);
  x = net.add('Conv2D', { filters: 7, kernel_size: [5, 5], strides: [2, 2], padding: 'same', use_bias: false }, x);
  x = net.add('Activation', { activation: 'relu' }, x);
  const regularised = { kernel_regularizer: l2(0.01), bias_regularizer: l1l2(0.02) };
  x = net.add('Conv2D', { filters: 10, kernel_size: [2, 2], strides: [3, 3], padding: 'same', ...regularised }, x);
  return classify(net, x, { units: 4, kernel_regularizer: l1l2(0.005), bias_regularizer: l2(0.01) });
}

/** Kernels that are not square, of even size or of one pixel, and grey images. */
export function kernelShapes(): TestNetwork {
  const net = new ConfigBuilder('kernelShapes', [11, 11, 1]);
  let x = net.add('Conv2D', { filters: 3, kernel_size: [2, 2], activation: 'relu6' }, net.input);
  x = net.add('Conv2D', { filters: 7, kernel_size: [1, 3], strides: [1, 2], activation: 'relu' }, x);
  x = net.add('Conv2D', { filters: 1, kernel_size: [1, 1], strides: [2, 1], padding: 'same', activation: 'linear' }, x);
  x = net.add('Conv2D', { filters: 5, kernel_size: [5, 1], padding: 'same', activation: 'relu6' }, x);
  x = net.add('Conv2D', { filters: 8, kernel_size: [1, 1], strides: [3, 3] }, x);
  return classify(net, x, { units: 3 });
}

/** DepthwiseConv2D: multipliers, bias, penalties. */
export function depthwise(): TestNetwork {
  const net = new ConfigBuilder('depthwise', [11, 11, 3]);
  const regularised = { depthwise_regularizer: l2(0.02), bias_regularizer: l2(0.01) };
  let x = net.add('DepthwiseConv2D', { kernel_size: [3, 3], padding: 'same', use_bias: false }, net.input);
  x = net.add('DepthwiseConv2D', { kernel_size: [5, 5], depth_multiplier: 2, activation: 'relu', ...regularised }, x);
  x = net.add('DepthwiseConv2D', { kernel_size: [3, 3], strides: [2, 2], padding: 'same', activation: 'relu6' }, x);
  x = net.add('DepthwiseConv2D', { kernel_size: [2, 2], strides: [2, 2], depth_multiplier: 3 }, x);
  return classify(net, x, { units: 5 });
}

/** SeparableConv2D: multipliers, bias, penalties. */
export function separable(): TestNetwork {
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

/** More channels than a block of any kernel, and not a multiple of one. */
export function wide(): TestNetwork {
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
export function tinyImages(): TestNetwork {
  const net = new ConfigBuilder('tinyImages', [2, 3, 1]);
  let x = net.add('Conv2D', { filters: 6, kernel_size: [5, 5], padding: 'same' }, net.input);
  x = net.add('MaxPooling2D', { pool_size: [3, 3], strides: [2, 2], padding: 'same' }, x);
  x = net.add('DepthwiseConv2D', { kernel_size: [5, 5], padding: 'same' }, x);
  x = net.add('AveragePooling2D', { pool_size: [3, 3], strides: [3, 3], padding: 'same' }, x);
  x = net.add('SeparableConv2D', { filters: 7, kernel_size: [3, 3], strides: [2, 2], padding: 'same' }, x);
  return classify(net, x, { units: 3 });
}

/** The loss's gradient is read with a halo. */
export function lastConvolution(): TestNetwork {
  const net = new ConfigBuilder('lastConvolution', [4, 3, 2]);
  const halving = { kernel_size: [3, 3], strides: [2, 2], padding: 'same' };
  const x = net.add('Conv2D', { ...halving, filters: 6, activation: 'relu' }, net.input);
  const last = net.add('Conv2D', { ...halving, filters: 5 }, x);
  return net.finish(net.add('Softmax', {}, net.add('Flatten', {}, last)));
}
