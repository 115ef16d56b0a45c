/** Poolings over windows and over whole images. */
import { option, pair, type Layer, type LayerContext } from './layer.js';
import { axis, zeros, type Tensor } from './tensor.js';
import { slide, type Padding, type Window } from './windows.js';

/** Largest pixel of each window; padding never wins. A tie goes to the first pixel in row-major order, as TensorFlow's CPU kernel has it. */
export class MaxPooling2D implements Layer {
  private input!: Tensor;
  /** Input element that each output element came from. */
  private winners!: Int32Array;

  constructor(private readonly context: LayerContext) {}

  forward([input]: readonly [Tensor]): Tensor {
    this.input = input;
    const window = poolWindow(input, this.context);
    const output = zeros([input.shape[0]!, window.outputHeight, window.outputWidth, axis(input, 0)]);
    output.data.fill(-Infinity);
    this.winners = new Int32Array(output.data.length);
    forEachElement(input, window, (from, to) => {
      if (input.data[from]! > output.data[to]!) {
        output.data[to] = input.data[from]!;
        this.winners[to] = from;
      }
    });
    return output;
  }

  backward(outputGradient: Tensor): Tensor[] {
    const inputGradient = zeros(this.input.shape);
    outputGradient.data.forEach((gradient, to) => (inputGradient.data[this.winners[to]!]! += gradient));
    return [inputGradient];
  }
}

/** Mean of each window's pixels inside the image: padding does not count. */
export class AveragePooling2D implements Layer {
  private input!: Tensor;
  private counts!: Int32Array;

  constructor(private readonly context: LayerContext) {}

  forward([input]: readonly [Tensor]): Tensor {
    this.input = input;
    const window = poolWindow(input, this.context);
    const output = zeros([input.shape[0]!, window.outputHeight, window.outputWidth, axis(input, 0)]);
    this.counts = new Int32Array(output.data.length);
    forEachElement(input, window, (from, to) => {
      output.data[to]! += input.data[from]!;
      this.counts[to]!++;
    });
    this.counts.forEach((count, to) => (output.data[to]! /= count));
    return output;
  }

  backward(outputGradient: Tensor): Tensor[] {
    const inputGradient = zeros(this.input.shape);
    forEachElement(this.input, poolWindow(this.input, this.context), (from, to) => {
      inputGradient.data[from]! += outputGradient.data[to]! / this.counts[to]!;
    });
    return [inputGradient];
  }
}

/** Mean over all pixels: [count, channels]. */
export class GlobalAveragePooling2D implements Layer {
  private input!: Tensor;

  forward([input]: readonly [Tensor]): Tensor {
    this.input = input;
    const pixels = axis(input, 2) * axis(input, 1);
    const output = zeros([input.shape[0]!, axis(input, 0)]);
    input.data.forEach((value, i) => (output.data[pooledIndex(input, i)]! += value / pixels));
    return output;
  }

  backward(outputGradient: Tensor): Tensor[] {
    const pixels = axis(this.input, 2) * axis(this.input, 1);
    const data = this.input.data.map((_, i) => outputGradient.data[pooledIndex(this.input, i)]! / pixels);
    return [{ shape: this.input.shape, data }];
  }
}

/** Maximum over all pixels: [count, channels]. Tied pixels share the gradient evenly, as TensorFlow's reduce_max has it. */
export class GlobalMaxPooling2D implements Layer {
  private input!: Tensor;
  private output!: Tensor;

  forward([input]: readonly [Tensor]): Tensor {
    this.input = input;
    const output = zeros([input.shape[0]!, axis(input, 0)]);
    output.data.fill(-Infinity);
    input.data.forEach((value, i) => {
      const to = pooledIndex(input, i);
      output.data[to] = Math.max(output.data[to]!, value);
    });
    this.output = output;
    return output;
  }

  backward(outputGradient: Tensor): Tensor[] {
    const { input, output } = this;
    const wins = (value: number, i: number) => value === output.data[pooledIndex(input, i)];
    const winners = new Int32Array(output.data.length);
    input.data.forEach((value, i) => (winners[pooledIndex(input, i)]! += wins(value, i) ? 1 : 0));
    const data = input.data.map((value, i) => {
      const to = pooledIndex(input, i);
      return wins(value, i) ? outputGradient.data[to]! / winners[to]! : 0;
    });
    return [{ shape: input.shape, data }];
  }
}

function poolWindow(input: Tensor, { config }: LayerContext): Window {
  const size = pair(config, 'pool_size', [2, 2]);
  const strides = pair(config, 'strides', size);
  return slide([axis(input, 2), axis(input, 1)], size, {
    strides,
    padding: option<Padding>(config, 'padding', 'valid'),
  });
}

/** Visits every (input element, output element) of every window, image and channel. */
function forEachElement(input: Tensor, window: Window, visit: (from: number, to: number) => void): void {
  const [inputPixels, channels] = [axis(input, 2) * axis(input, 1), axis(input, 0)];
  const outputPixels = window.outputHeight * window.outputWidth;
  for (let image = 0; image < input.shape[0]!; image++) {
    window.forEachTap((to, from) => {
      for (let channel = 0; channel < channels; channel++) {
        visit((image * inputPixels + from) * channels + channel, (image * outputPixels + to) * channels + channel);
      }
    });
  }
}

/** Index in [count, channels] of element `i` of [count, height, width, channels]. */
function pooledIndex(input: Tensor, i: number): number {
  const channels = axis(input, 0);
  return Math.floor(i / (axis(input, 2) * axis(input, 1) * channels)) * channels + (i % channels);
}
