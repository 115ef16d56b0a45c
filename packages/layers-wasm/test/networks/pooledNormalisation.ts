/** Max poolings behind normalisations, whose scales turn the order around, or level it. */
import { ConfigBuilder, classify, type Output, type TestNetwork } from '../configBuilder.js';

type Config = Record<string, unknown>;

/**
 * The same network with every third gamma, from the first, below 0, and the second of each layer exactly 0, but not of `unequal`:
 * where all pixels are equal, GlobalMaxPooling2D of Keras spreads the gradient over them, the engine gives it to the first.
 */
function turned(network: TestNetwork, unequal?: string): TestNetwork {
  const weights = new Map(network.weights);
  for (const [name, { shape, data }] of weights) {
    if (!name.endsWith('/gamma')) continue;
    const zero = name === `${unequal}/gamma` ? -1 : 1;
    weights.set(name, { shape, data: data.map((gamma, i) => (i === zero ? 0 : i % 3 === 0 ? -gamma : gamma)) });
  }
  return { ...network, weights };
}

/** A convolution of one pixel and what normalises it. */
function normalised(net: ConfigBuilder, input: Output, options: Config & { filters: number }): Output {
  const { filters, ...config } = options;
  const x = net.add('Conv2D', { filters, kernel_size: [1, 1], use_bias: false }, input);
  return net.add('BatchNormalization', config, x);
}

/** Windows that overlap, slide, leave gaps and are cut at edges, with each rectifier; channels of 1, 2, 3 and 4 vectors. */
export function pooledNormalisations(): TestNetwork {
  const net = new ConfigBuilder('pooledNormalisations', [13, 11, 3]);
  const conv = { filters: 7, kernel_size: [3, 3], padding: 'same', use_bias: false };
  let x = net.add('BatchNormalization', {}, net.add('Conv2D', conv, net.input));
  x = net.add('MaxPooling2D', { pool_size: [3, 3], strides: [2, 2], padding: 'same' }, x);
  x = net.add('ReLU', {}, normalised(net, x, { filters: 10 }));
  x = net.add('MaxPooling2D', { pool_size: [2, 2], strides: [1, 1] }, x);
  x = net.add('ReLU', { max_value: 1 }, normalised(net, x, { filters: 16 }));
  x = net.add('MaxPooling2D', { pool_size: [1, 2], strides: [2, 3], padding: 'same' }, x);
  x = net.add('Activation', { activation: 'relu6' }, normalised(net, x, { filters: 4 }));
  x = net.add('MaxPooling2D', { pool_size: [2, 3], padding: 'same' }, x);
  return turned(classify(net, x, { units: 5 }));
}

/** Without gamma, without beta, without both; windows of more pixels than are written out, and of one. */
export function pooledOptions(): TestNetwork {
  const net = new ConfigBuilder('pooledOptions', [11, 15, 2]);
  let x = net.add('ReLU', {}, normalised(net, net.input, { filters: 8, scale: false }));
  x = net.add('MaxPooling2D', { pool_size: [6, 6], strides: [1, 2], padding: 'same' }, x);
  x = normalised(net, x, { filters: 12, center: false, epsilon: 0.01 });
  x = net.add('MaxPooling2D', { pool_size: [3, 3], strides: [1, 1], padding: 'same' }, x);
  x = normalised(net, x, { filters: 5, center: false, scale: false });
  x = net.add('MaxPooling2D', { pool_size: [1, 1], strides: [2, 2] }, x);
  x = normalised(net, x, { filters: 9, name: 'last' });
  x = net.add('GlobalMaxPooling2D', {}, x);
  return turned(net.finish(net.add('Dense', { units: 4, activation: 'softmax' }, x)), 'last');
}

/** A pooled normalisation of the image, which needs no gradient and so no winners. */
export function pooledImage(): TestNetwork {
  const net = new ConfigBuilder('pooledImage', [7, 9, 5]);
  const pooled = net.add(
    'MaxPooling2D',
    { pool_size: [3, 3], strides: [2, 2] },
    net.add('BatchNormalization', {}, net.input),
  );
  return turned(classify(net, pooled, { units: 3 }));
}

/** Normalisations of the image, of a tensor that others read too, and whose outputs several layers read. */
export function pooledReaders(): TestNetwork {
  const net = new ConfigBuilder('pooledReaders', [9, 12, 5]);
  const pool = { pool_size: [3, 3], strides: [2, 2], padding: 'same' };
  const ofImage = net.add('MaxPooling2D', pool, net.add('BatchNormalization', {}, net.input));
  const shared = net.add('Conv2D', { filters: 5, kernel_size: [3, 3], padding: 'same' }, net.input);
  const twice = ['linear', 'relu'].map((activation) => {
    const normal = net.add('BatchNormalization', {}, shared);
    return net.add('MaxPooling2D', pool, net.add('Activation', { activation }, normal));
  });
  const both = net.add('ReLU', {}, normalised(net, shared, { filters: 5 }));
  const mean = net.add('AveragePooling2D', pool, both);
  const largest = net.add('MaxPooling2D', pool, both);
  // A pooling of a pooling, and a convolution that reads the pooled values with a halo.
  const sum = net.add('Add', {}, ofImage, ...twice, mean, largest);
  const pooled = net.add('MaxPooling2D', { pool_size: [2, 2] }, net.add('BatchNormalization', {}, sum));
  const x = net.add('SeparableConv2D', { filters: 6, kernel_size: [3, 3], padding: 'same' }, pooled);
  return turned(classify(net, net.add('MaxPooling2D', { pool_size: [1, 2], strides: [1, 1] }, x), { units: 3 }));
}
