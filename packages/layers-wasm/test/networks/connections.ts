/** Networks that are about their connections, and dropout. */
import { ConfigBuilder, classify, l2, type Output, type TestNetwork } from '../configBuilder.js';
import { miniXception } from '../miniXceptionConfig.js';

/** Identity and projected shortcuts, sums of sums, a sum of three. */
export function residuals(): TestNetwork {
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

/** One image read by a layer of every kind, none of which needs its gradient. */
export function sharedInput(): TestNetwork {
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

/** Dense layers on flattened pixels, the softmax a layer of its own. */
export function denses(): TestNetwork {
  const net = new ConfigBuilder('denses', [5, 7, 3]);
  let x = net.add('Flatten', {}, net.input);
  x = net.add('Dense', { units: 10, activation: 'relu', kernel_regularizer: l2(0.01) }, x);
  const hidden = net.add('Dense', { units: 10, activation: 'relu6' }, x);
  x = net.add('Add', {}, hidden, x);
  x = net.add('Dense', { units: 7, use_bias: false }, x);
  return net.finish(net.add('Softmax', { axis: -1 }, x));
}

/** Weights between vectors so large that their gradients are summed over the whole batch at once: inputs that no item of work divides. */
export function largeDenses(): TestNetwork {
  const net = new ConfigBuilder('largeDenses', [6, 7, 2]);
  let x = net.add('Conv2D', { filters: 21, kernel_size: [3, 3], padding: 'same', activation: 'relu' }, net.input);
  x = net.add('Dense', { units: 91 }, net.add('Flatten', {}, x));
  x = net.add('Dense', { units: 723, use_bias: false }, x);
  return net.finish(net.add('Dense', { units: 5, activation: 'softmax' }, x));
}

/** The layers list need not be in the order of the data flow. */
export function outOfOrder(): TestNetwork {
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
