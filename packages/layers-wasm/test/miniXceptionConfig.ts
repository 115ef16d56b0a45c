/** mini-Xception (Arriaga et al. 2017) at any width, with the layer names of its authors' files. */
import { ConfigBuilder, l2, type Output, type TestNetwork } from './configBuilder.js';

/** Sizes of a mini-Xception; the published one has 48x48x1, stem 8, blocks 16, 32, 64, 128 and 7 classes. */
export interface MiniXceptionSizes {
  readonly name: string;
  readonly inputShape: readonly [number, number, number];
  readonly stem: number;
  readonly blocks: readonly number[];
  readonly classes: number;
}

/** Two convolutions, residual blocks of separable convolutions, and a convolution averaged into classes. */
export function miniXception({ name, inputShape, stem, blocks, classes }: MiniXceptionSizes): TestNetwork {
  const builder = new ConfigBuilder(name, inputShape);
  const normalise = (number: number, input: Output) =>
    builder.add('BatchNormalization', { name: `batch_normalization_${number}`, momentum: 0.99, epsilon: 1e-3 }, input);
  const rectify = (number: number, input: Output) =>
    builder.add('Activation', { name: `activation_${number}`, activation: 'relu' }, input);

  let output = builder.input;
  for (const number of [1, 2]) {
    const config = { name: `conv2d_${number}`, filters: stem, kernel_size: [3, 3], use_bias: false };
    output = builder.add('Conv2D', { ...config, kernel_regularizer: l2(0.01) }, output);
    output = rectify(number, normalise(number, output));
  }
  blocks.forEach((filters, index) => {
    const separable = (number: number, input: Output) => {
      const config = { filters, kernel_size: [3, 3], padding: 'same', use_bias: false };
      return builder.add('SeparableConv2D', { name: `separable_conv2d_${number}`, ...config }, input);
    };
    const norm = 3 + 3 * index;
    const projection = { filters, kernel_size: [1, 1], strides: [2, 2], padding: 'same', use_bias: false };
    let residual = builder.add('Conv2D', { name: `conv2d_${3 + index}`, ...projection }, output);
    residual = normalise(norm, residual);
    let main = separable(1 + 2 * index, output);
    main = rectify(3 + index, normalise(norm + 1, main));
    main = normalise(norm + 2, separable(2 + 2 * index, main));
    const pool = { name: `max_pooling2d_${1 + index}`, pool_size: [3, 3], strides: [2, 2], padding: 'same' };
    main = builder.add('MaxPooling2D', pool, main);
    output = builder.add('Add', { name: `add_${1 + index}` }, main, residual);
  });
  const head = { name: `conv2d_${3 + blocks.length}`, filters: classes, kernel_size: [3, 3], padding: 'same' };
  output = builder.add('Conv2D', head, output);
  output = builder.add('GlobalAveragePooling2D', { name: 'global_average_pooling2d_1' }, output);
  return builder.finish(builder.add('Activation', { name: 'predictions', activation: 'softmax' }, output));
}

/** The published net: 58,423 parameters. */
export const fullMiniXception = miniXception({
  name: 'miniXception',
  inputShape: [48, 48, 1],
  stem: 8,
  blocks: [16, 32, 64, 128],
  classes: 7,
});
