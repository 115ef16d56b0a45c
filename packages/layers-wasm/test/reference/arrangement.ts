/** Layers that move, add or drop numbers: Add, Dropout, Flatten, ZeroPadding2D. */
import { option, type Layer, type LayerContext } from './layer.js';
import { accumulate, axis, copy, zeros, type Tensor } from './tensor.js';

/** Sum of two or more inputs of one shape. */
export class Add implements Layer {
  private inputs = 0;

  forward(inputs: readonly Tensor[]): Tensor {
    this.inputs = inputs.length;
    const sum = zeros(inputs[0]!.shape);
    for (const input of inputs) accumulate(sum.data, input.data);
    return sum;
  }

  backward(outputGradient: Tensor): Tensor[] {
    return Array.from({ length: this.inputs }, () => copy(outputGradient));
  }
}

/** Multiplies by the mask while training; else does nothing. */
export class Dropout implements Layer {
  constructor(private readonly context: LayerContext) {}

  forward([input]: readonly [Tensor], training: boolean): Tensor {
    return training ? this.masked(input) : input;
  }

  backward(outputGradient: Tensor): Tensor[] {
    return [this.masked(outputGradient)];
  }

  private masked(tensor: Tensor): Tensor {
    const mask = this.context.dropoutMask();
    return { shape: tensor.shape, data: tensor.data.map((value, i) => value * mask[i]!) };
  }
}

/** [count, height, width, channels] -> [count, height * width * channels]. */
export class Flatten implements Layer {
  private shape: readonly number[] = [];

  forward([input]: readonly [Tensor]): Tensor {
    this.shape = input.shape;
    return copy(input, [input.shape[0]!, input.data.length / input.shape[0]!]);
  }

  backward(outputGradient: Tensor): Tensor[] {
    return [copy(outputGradient, this.shape)];
  }
}

/** Rows and columns of zeros around the image: `padding` is [[top, bottom], [left, right]], [vertical, horizontal] or one number. */
export class ZeroPadding2D implements Layer {
  private input!: Tensor;

  constructor(private readonly context: LayerContext) {}

  forward([input]: readonly [Tensor]): Tensor {
    this.input = input;
    const [[top, bottom], [left, right]] = paddingOf(this.context.config);
    const [height, width] = [axis(input, 2) + top + bottom, axis(input, 1) + left + right];
    const output = zeros([input.shape[0]!, height, width, axis(input, 0)]);
    input.data.forEach((value, i) => (output.data[this.place(i)] = value));
    return output;
  }

  backward(outputGradient: Tensor): Tensor[] {
    const data = this.input.data.map((_, i) => outputGradient.data[this.place(i)]!);
    return [{ shape: this.input.shape, data }];
  }

  /** Index in the padded image of element `i` of the input. */
  private place(i: number): number {
    const [[top, bottom], [left, right]] = paddingOf(this.context.config);
    const [height, width, channels] = [axis(this.input, 2), axis(this.input, 1), axis(this.input, 0)];
    const column = Math.floor(i / channels) % width;
    const row = Math.floor(i / (channels * width)) % height;
    const image = Math.floor(i / (channels * width * height));
    const paddedRow = image * (height + top + bottom) + row + top;
    return (paddedRow * (width + left + right) + column + left) * channels + (i % channels);
  }
}

type Sides = readonly [number, number];

function paddingOf(config: Readonly<Record<string, unknown>>): readonly [Sides, Sides] {
  const padding = option<number | Sides | readonly [Sides, Sides]>(config, 'padding', 1);
  const [vertical, horizontal] = typeof padding === 'number' ? [padding, padding] : padding;
  const sides = (value: number | Sides): Sides => (typeof value === 'number' ? [value, value] : value);
  return [sides(vertical), sides(horizontal)];
}
