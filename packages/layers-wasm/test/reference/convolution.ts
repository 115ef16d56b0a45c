/** Conv2D, DepthwiseConv2D and SeparableConv2D, one multiplication at a time. */
import { option, pair, type Layer, type LayerContext } from './layer.js';
import { accumulate, axis, zeros, type Tensor } from './tensor.js';
import { slide, type Padding, type Window } from './windows.js';

/** Kernel [rows, columns, inputs, outputs]. */
export class Conv2D implements Layer {
  private input!: Tensor;

  constructor(private readonly context: LayerContext) {}

  forward([input]: readonly [Tensor]): Tensor {
    this.input = input;
    const output = convolve(input, this.context.weight('kernel'), windowOf(input, this.context, 'kernel'));
    return addBias(output, this.context);
  }

  backward(outputGradient: Tensor): Tensor[] {
    biasBackward(outputGradient, this.context);
    const kernel = this.context.weight('kernel');
    const window = windowOf(this.input, this.context, 'kernel');
    const sink = this.context.gradient('kernel');
    return [convolveBackward({ input: this.input, kernel, outputGradient }, window, sink)];
  }
}

/** Kernel [rows, columns, channels, multiplier]; output channel = channel * multiplier + index. */
export class DepthwiseConv2D implements Layer {
  private input!: Tensor;

  constructor(private readonly context: LayerContext) {}

  forward([input]: readonly [Tensor]): Tensor {
    this.input = input;
    const kernel = this.context.weight('depthwise_kernel');
    return addBias(convolveDepthwise(input, kernel, windowOf(input, this.context, 'depthwise_kernel')), this.context);
  }

  backward(outputGradient: Tensor): Tensor[] {
    biasBackward(outputGradient, this.context);
    const kernel = this.context.weight('depthwise_kernel');
    const window = windowOf(this.input, this.context, 'depthwise_kernel');
    const sink = this.context.gradient('depthwise_kernel');
    return [depthwiseBackward({ input: this.input, kernel, outputGradient }, window, sink)];
  }
}

/** A depthwise convolution, then a 1x1 convolution with the bias. */
export class SeparableConv2D implements Layer {
  private input!: Tensor;
  private middle!: Tensor;

  constructor(private readonly context: LayerContext) {}

  forward([input]: readonly [Tensor]): Tensor {
    const { context } = this;
    this.input = input;
    const window = windowOf(input, context, 'depthwise_kernel');
    this.middle = convolveDepthwise(input, context.weight('depthwise_kernel'), window);
    const output = convolve(this.middle, context.weight('pointwise_kernel'), everyPixel(this.middle));
    return addBias(output, context);
  }

  backward(outputGradient: Tensor): Tensor[] {
    const { context, input, middle } = this;
    biasBackward(outputGradient, context);
    const pointwise = { input: middle, kernel: context.weight('pointwise_kernel'), outputGradient };
    const middleGradient = convolveBackward(pointwise, everyPixel(middle), context.gradient('pointwise_kernel'));
    const depthwise = { input, kernel: context.weight('depthwise_kernel'), outputGradient: middleGradient };
    const window = windowOf(input, context, 'depthwise_kernel');
    return [depthwiseBackward(depthwise, window, context.gradient('depthwise_kernel'))];
  }
}

/** What a backward pass starts from. */
interface Pass {
  readonly input: Tensor;
  readonly kernel: Tensor;
  readonly outputGradient: Tensor;
}

function windowOf(input: Tensor, { config, weight }: LayerContext, kernelName: string): Window {
  const [rows, columns] = weight(kernelName).shape as [number, number];
  const strides = pair(config, 'strides', [1, 1]);
  const padding = option<Padding>(config, 'padding', 'valid');
  return slide([axis(input, 2), axis(input, 1)], [rows, columns], { strides, padding });
}

function everyPixel(input: Tensor): Window {
  return slide([axis(input, 2), axis(input, 1)], [1, 1], { strides: [1, 1], padding: 'valid' });
}

function convolve(input: Tensor, kernel: Tensor, window: Window): Tensor {
  const [inputs, outputs] = [axis(kernel, 1), axis(kernel, 0)];
  const output = zeros([input.shape[0]!, window.outputHeight, window.outputWidth, outputs]);
  const [values, factors, sums] = [input.data, kernel.data, output.data];
  forEachImage(input, window, (from, to, tap) => {
    for (let i = 0; i < inputs; i++) {
      const value = values[from * inputs + i]!;
      const [row, pixel] = [(tap * inputs + i) * outputs, to * outputs];
      for (let o = 0; o < outputs; o++) sums[pixel + o]! += value * factors[row + o]!;
    }
  });
  return output;
}

function convolveBackward({ input, kernel, outputGradient }: Pass, window: Window, sink: Float64Array): Tensor {
  const [inputs, outputs] = [axis(kernel, 1), axis(kernel, 0)];
  const inputGradient = zeros(input.shape);
  const [values, factors, gradients, sums] = [input.data, kernel.data, outputGradient.data, inputGradient.data];
  forEachImage(input, window, (from, to, tap) => {
    for (let i = 0; i < inputs; i++) {
      const value = values[from * inputs + i]!;
      const [row, pixel] = [(tap * inputs + i) * outputs, to * outputs];
      let sum = sums[from * inputs + i]!;
      for (let o = 0; o < outputs; o++) {
        const gradient = gradients[pixel + o]!;
        sum += gradient * factors[row + o]!;
        sink[row + o]! += gradient * value;
      }
      sums[from * inputs + i] = sum;
    }
  });
  return inputGradient;
}

function convolveDepthwise(input: Tensor, kernel: Tensor, window: Window): Tensor {
  const [channels, multiplier] = [axis(kernel, 1), axis(kernel, 0)];
  const outputs = channels * multiplier;
  const output = zeros([input.shape[0]!, window.outputHeight, window.outputWidth, outputs]);
  forEachImage(input, window, (from, to, tap) => {
    for (let channel = 0; channel < channels; channel++) {
      const pixel = input.data[from * channels + channel]!;
      for (let o = channel * multiplier; o < (channel + 1) * multiplier; o++) {
        output.data[to * outputs + o]! += pixel * kernel.data[tap * outputs + o]!;
      }
    }
  });
  return output;
}

function depthwiseBackward({ input, kernel, outputGradient }: Pass, window: Window, sink: Float64Array): Tensor {
  const [channels, multiplier] = [axis(kernel, 1), axis(kernel, 0)];
  const outputs = channels * multiplier;
  const inputGradient = zeros(input.shape);
  forEachImage(input, window, (from, to, tap) => {
    for (let channel = 0; channel < channels; channel++) {
      const pixel = from * channels + channel;
      for (let o = channel * multiplier; o < (channel + 1) * multiplier; o++) {
        const gradient = outputGradient.data[to * outputs + o]!;
        inputGradient.data[pixel]! += gradient * kernel.data[tap * outputs + o]!;
        sink[tap * outputs + o]! += gradient * input.data[pixel]!;
      }
    }
  });
  return inputGradient;
}

/** Visits the taps of every image of the batch; pixels are counted through the whole batch. */
function forEachImage(input: Tensor, window: Window, visit: (from: number, to: number, tap: number) => void): void {
  const inputPixels = axis(input, 2) * axis(input, 1);
  const outputPixels = window.outputHeight * window.outputWidth;
  for (let image = 0; image < input.shape[0]!; image++) {
    window.forEachTap((to, from, tap) => visit(image * inputPixels + from, image * outputPixels + to, tap));
  }
}

/** Adds the bias to every row of channels, in place, unless the layer has none. */
export function addBias(output: Tensor, context: LayerContext): Tensor {
  if (!option<boolean>(context.config, 'use_bias', true)) return output;
  const bias = context.weight('bias').data;
  for (let i = 0; i < output.data.length; i++) output.data[i]! += bias[i % bias.length]!;
  return output;
}

/** Adds the bias' gradient to the context's, unless the layer has none. */
export function biasBackward(outputGradient: Tensor, context: LayerContext): void {
  if (!option<boolean>(context.config, 'use_bias', true)) return;
  const channels = axis(outputGradient, 0);
  const sum = new Float64Array(channels);
  outputGradient.data.forEach((gradient, i) => (sum[i % channels]! += gradient));
  accumulate(context.gradient('bias'), sum);
}
