/** Poolings and padding. */
import { ConfigBuilder, classify, type TestNetwork } from '../configBuilder.js';

/** Windows that touch, overlap and leave gaps, of one shared input. */
export function poolings(): TestNetwork {
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

/** Several poolings of a convolution whose gradient another convolution reads with a halo. */
export function sharedPoolings(): TestNetwork {
  const net = new ConfigBuilder('sharedPoolings', [9, 8, 3]);
  const conv = { filters: 4, kernel_size: [3, 3], padding: 'same' };
  const x = net.add('Conv2D', conv, net.add('Conv2D', conv, net.input));
  const close = net.add('MaxPooling2D', { pool_size: [2, 2], padding: 'same' }, x);
  const wide = net.add('MaxPooling2D', { pool_size: [3, 3], strides: [2, 2], padding: 'same' }, x);
  const mean = net.add('AveragePooling2D', { pool_size: [2, 2], padding: 'same' }, x);
  return classify(net, net.add('Add', {}, net.add('Add', {}, close, mean), wide), { units: 3 });
}

/** Windows of more pixels than are written out one by one. */
export function largePoolings(): TestNetwork {
  const net = new ConfigBuilder('largePoolings', [9, 11, 2]);
  const x = net.add('Conv2D', { filters: 5, kernel_size: [3, 3], padding: 'same' }, net.input);
  const mean = net.add('GlobalAveragePooling2D', {}, x);
  const max = net.add('GlobalMaxPooling2D', {}, x);
  const overlapping = { pool_size: [7, 7], strides: [3, 3], padding: 'same' };
  const many = net.add('GlobalMaxPooling2D', {}, net.add('MaxPooling2D', overlapping, x));
  const sum = net.add('Add', {}, net.add('Add', {}, mean, max), many);
  return net.finish(net.add('Softmax', {}, net.add('Dense', { units: 7 }, sum)));
}

/** Mean and maximum over whole images. */
export function globalPoolings(): TestNetwork {
  const net = new ConfigBuilder('globalPoolings', [5, 7, 1]);
  const x = net.add('Conv2D', { filters: 10, kernel_size: [3, 3] }, net.input);
  const mean = net.add('GlobalAveragePooling2D', {}, x);
  const max = net.add('GlobalMaxPooling2D', {}, x);
  const sum = net.add('Add', {}, mean, max);
  return net.finish(net.add('Softmax', {}, net.add('Dense', { units: 7 }, sum)));
}

/** ZeroPadding2D, even and uneven. */
export function paddings(): TestNetwork {
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
