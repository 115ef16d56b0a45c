/** Shapes of outputs and weights of the layers that the test networks use. */
import { option, pair } from './reference/layer.js';

type Config = Readonly<Record<string, unknown>>;
type Shape = readonly number[];

/** Output shape without the batch axis. */
export function outputShape(className: string, config: Config, inputs: readonly Shape[]): Shape {
  const [height, width, channels] = inputs[0] as [number, number, number];
  switch (className) {
    case 'Conv2D':
    case 'SeparableConv2D':
      return [...slid(config, [height, width], pair(config, 'kernel_size', [1, 1])), option(config, 'filters', 0)];
    case 'DepthwiseConv2D': {
      const outputs = channels * option(config, 'depth_multiplier', 1);
      return [...slid(config, [height, width], pair(config, 'kernel_size', [1, 1])), outputs];
    }
    case 'MaxPooling2D':
    case 'AveragePooling2D': {
      const size = pair(config, 'pool_size', [2, 2]);
      return [...slid({ strides: size, ...config }, [height, width], size), channels];
    }
    case 'GlobalAveragePooling2D':
    case 'GlobalMaxPooling2D':
      return config.keepdims === true ? [1, 1, channels] : [channels];
    case 'Flatten':
      return [height * width * channels];
    case 'Dense':
      return [option(config, 'units', 0)];
    case 'ZeroPadding2D': {
      const [[top, bottom], [left, right]] = config.padding as [[number, number], [number, number]];
      return [height + top + bottom, width + left + right, channels];
    }
    default:
      return inputs[0]!;
  }
}

/** Names and shapes of a layer's weights, in Keras' order. */
export function weightShapes(className: string, config: Config, input: Shape): [string, Shape][] {
  const channels = input.at(-1)!;
  const kernel = pair(config, 'kernel_size', [1, 1]);
  const multiplier = option(config, 'depth_multiplier', 1);
  const filters = option(config, 'filters', 0);
  const biased = (weights: [string, Shape][], outputs: number): [string, Shape][] =>
    config.use_bias === false ? weights : [...weights, ['bias', [outputs]]];
  switch (className) {
    case 'Conv2D':
      return biased([['kernel', [...kernel, channels, filters]]], filters);
    case 'DepthwiseConv2D':
      return biased([['depthwise_kernel', [...kernel, channels, multiplier]]], channels * multiplier);
    case 'SeparableConv2D': {
      const depthwise: [string, Shape] = ['depthwise_kernel', [...kernel, channels, multiplier]];
      return biased([depthwise, ['pointwise_kernel', [1, 1, channels * multiplier, filters]]], filters);
    }
    case 'Dense': {
      const units = option(config, 'units', 0);
      return biased([['kernel', [channels, units]]], units);
    }
    case 'BatchNormalization': {
      const averages: [string, Shape][] = [
        ['moving_mean', [channels]],
        ['moving_variance', [channels]],
      ];
      if (config.center !== false) averages.unshift(['beta', [channels]]);
      if (config.scale !== false) averages.unshift(['gamma', [channels]]);
      return averages;
    }
    default:
      return [];
  }
}

function slid(config: Config, image: readonly [number, number], kernel: readonly [number, number]): Shape {
  const strides = pair(config, 'strides', [1, 1]);
  return image.map((size, i) => Math.ceil((config.padding === 'same' ? size : size - kernel[i]! + 1) / strides[i]!));
}
