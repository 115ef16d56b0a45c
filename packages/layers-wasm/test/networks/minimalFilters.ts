/** Convolutions with channels enough for minimal filters. */
import { ConfigBuilder, classify, type TestNetwork } from '../configBuilder.js';

const same = { kernel_size: [3, 3], padding: 'same' };

/** Images that tiles fit, channels that two registers divide, none that they do not: all of one stage, two tensors read twice. */
export function tiledImages(): TestNetwork {
  const net = new ConfigBuilder('tiledImages', [12, 8, 3]);
  const start = net.add('Conv2D', { ...same, filters: 16, activation: 'relu' }, net.input);
  let x = net.add('Conv2D', { ...same, filters: 24 }, start);
  x = net.add('ReLU', {}, net.add('BatchNormalization', {}, x));
  const shortcut = net.add('Conv2D', { filters: 24, kernel_size: [1, 1] }, start);
  const again = net.add('Conv2D', { ...same, filters: 24, use_bias: false }, start);
  x = net.add('Add', {}, net.add('Add', {}, x, shortcut), again);
  x = net.add('Conv2D', { ...same, filters: 32, use_bias: false }, x);
  return classify(net, net.add('MaxPooling2D', { pool_size: [2, 2] }, x), { units: 3 });
}

/** Sizes that leave every rest, without padding too, and channels that no register divides. */
export function unevenTiles(): TestNetwork {
  const net = new ConfigBuilder('unevenTiles', [19, 17, 2]);
  let x = net.add('Conv2D', { filters: 18, kernel_size: [3, 3], activation: 'relu' }, net.input);
  x = net.add('Conv2D', { filters: 21, kernel_size: [3, 3], use_bias: false }, x);
  x = net.add('BatchNormalization', {}, x);
  x = net.add('Conv2D', { ...same, filters: 17, activation: 'relu' }, x);
  x = net.add('MaxPooling2D', { pool_size: [2, 2], padding: 'same' }, x);
  x = net.add('Conv2D', { ...same, filters: 20, activation: 'relu' }, x);
  x = net.add('Conv2D', { filters: 37, kernel_size: [3, 3] }, x);
  return classify(net, x, { units: 5 });
}

/** Small images in which several samples share a block of tiles, and rows longer than a block. */
export function fewAndManyTiles(): TestNetwork {
  const net = new ConfigBuilder('fewAndManyTiles', [5, 150, 1]);
  let x = net.add('Conv2D', { ...same, filters: 16 }, net.input);
  x = net.add('Conv2D', { ...same, filters: 16, activation: 'relu' }, x);
  x = net.add('AveragePooling2D', { pool_size: [1, 50], padding: 'same' }, x);
  x = net.add('Conv2D', { ...same, filters: 40, activation: 'relu' }, x);
  x = net.add('Conv2D', { ...same, filters: 16 }, x);
  return classify(net, x, { units: 3 });
}

/** Windows of 4x4, 5x5 and 7x7; rectifiers only where no rounding of theirs can turn one over. */
export function largeWindows(): TestNetwork {
  const net = new ConfigBuilder('largeWindows', [14, 15, 1]);
  let x = net.add('Conv2D', { filters: 16, kernel_size: [3, 3], padding: 'same', activation: 'relu' }, net.input);
  x = net.add('Conv2D', { filters: 16, kernel_size: [7, 7], padding: 'same' }, x);
  x = net.add('BatchNormalization', {}, x);
  x = net.add('Conv2D', { filters: 20, kernel_size: [5, 5], padding: 'same' }, x);
  x = net.add('Conv2D', { filters: 16, kernel_size: [5, 5] }, x);
  x = net.add('Conv2D', { filters: 8, kernel_size: [4, 4], padding: 'same' }, x);
  x = net.add('Conv2D', { filters: 16, kernel_size: [7, 7] }, x);
  return classify(net, x, { units: 4 });
}

/** Windows with strides, over odd and even images, with halos on either side and none, down to one tile a sample. */
export function stridedTiles(): TestNetwork {
  const strided = { strides: [2, 2], padding: 'same' };
  const net = new ConfigBuilder('stridedTiles', [46, 43, 1]);
  let x = net.add('Conv2D', { ...same, filters: 10, activation: 'relu' }, net.input);
  x = net.add('Conv2D', { ...strided, filters: 16, kernel_size: [5, 5], use_bias: false }, x);
  const before = net.add('BatchNormalization', {}, x);
  x = net.add('Conv2D', { ...strided, filters: 20, kernel_size: [3, 3] }, before);
  x = net.add('Add', {}, x, net.add('Conv2D', { ...strided, filters: 20, kernel_size: [7, 7] }, before));
  x = net.add('Conv2D', { ...strided, strides: [1, 2], filters: 12, kernel_size: [3, 4] }, x);
  x = net.add('Conv2D', { ...strided, filters: 36, kernel_size: [3, 3] }, x);
  return classify(net, x, { units: 3 });
}

/**
 * Weights so large for their images that their gradients are summed over the whole batch at once: two in the stage of one normalisation, in
 * bands of every width, with and without sub-windows; a bias beside them.
 */
export function largeWeights(): TestNetwork {
  const net = new ConfigBuilder('largeWeights', [6, 7, 1]);
  const start = net.add('Conv2D', { ...same, filters: 92, activation: 'relu' }, net.input);
  const left = net.add('Conv2D', { ...same, strides: [2, 2], filters: 84 }, start);
  const right = net.add('Conv2D', { ...same, strides: [2, 2], filters: 84, use_bias: false }, start);
  let x = net.add('BatchNormalization', {}, net.add('Add', {}, left, right));
  x = net.add('Conv2D', { ...same, filters: 92, use_bias: false }, x);
  return classify(net, x, { units: 3 });
}
