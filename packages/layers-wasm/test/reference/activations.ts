/** Activations: as layers of their own, and named in other layers' configs. */
import { option, type Layer, type LayerContext } from './layer.js';
import { axis, zeros, type Tensor } from './tensor.js';

/** A function of one number and its derivative, given the input x and the output y. */
interface Pointwise {
  readonly value: (x: number) => number;
  readonly slope: (x: number, y: number) => number;
}

/** Taken once: Jest looks up `Math` anew at each use. */
const { max, min } = Math;

/** Constants of Klambauer et al. 2017. */
const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

const pointwise: Readonly<Record<string, Pointwise>> = {
  linear: { value: (x) => x, slope: () => 1 },
  relu: { value: (x) => (x > 0 ? x : 0), slope: (x) => (x > 0 ? 1 : 0) },
  relu6: { value: (x) => min(max(x, 0), 6), slope: (x) => (x > 0 && x < 6 ? 1 : 0) },
  sigmoid: { value: (x) => 1 / (1 + Math.exp(-x)), slope: (_, y) => y * (1 - y) },
  tanh: { value: Math.tanh, slope: (_, y) => 1 - y * y },
  elu: { value: (x) => (x > 0 ? x : Math.expm1(x)), slope: (x, y) => (x > 0 ? 1 : y + 1) },
  selu: {
    value: (x) => seluScale * (x > 0 ? x : seluAlpha * Math.expm1(x)),
    slope: (x, y) => (x > 0 ? seluScale : y + seluScale * seluAlpha),
  },
};

/** The layer of an activation's Keras name. */
export function activation(name: string): Layer {
  if (name === 'softmax') return new Softmax();
  const found = pointwise[name];
  if (!found) throw new Error(`The reference knows no activation ${name}.`);
  return new Elementwise(found);
}

/** `max(x, 0)`, cut at `max_value` when the config has one. */
export function reluLayer({ config }: LayerContext): Layer {
  const ceiling = option(config, 'max_value', Infinity);
  return new Elementwise({
    value: (x) => min(max(x, 0), ceiling),
    slope: (x) => (x > 0 && x < ceiling ? 1 : 0),
  });
}

class Elementwise implements Layer {
  private input!: Tensor;
  private output!: Tensor;

  constructor(private readonly rule: Pointwise) {}

  forward([input]: readonly [Tensor]): Tensor {
    this.input = input;
    this.output = { shape: input.shape, data: input.data.map((x) => this.rule.value(x)) };
    return this.output;
  }

  backward(outputGradient: Tensor): Tensor[] {
    const { input, output, rule } = this;
    const data = outputGradient.data.map((gradient, i) => gradient * rule.slope(input.data[i]!, output.data[i]!));
    return [{ shape: input.shape, data }];
  }
}

/** `exp(x_k) / sum exp(x)` over the last axis. */
export class Softmax implements Layer {
  private output!: Tensor;

  forward([input]: readonly [Tensor]): Tensor {
    const channels = axis(input, 0);
    this.output = zeros(input.shape);
    for (let row = 0; row < input.data.length; row += channels) {
      const values = input.data.subarray(row, row + channels);
      const largest = max(...values);
      const powers = values.map((x) => Math.exp(x - largest));
      const sum = powers.reduce((total, power) => total + power, 0);
      powers.forEach((power, k) => (this.output.data[row + k] = power / sum));
    }
    return this.output;
  }

  backward(outputGradient: Tensor): Tensor[] {
    const { output } = this;
    const channels = axis(output, 0);
    const data = output.data.map((y, i) => {
      const row = i - (i % channels);
      let expected = 0;
      for (let k = row; k < row + channels; k++) expected += output.data[k]! * outputGradient.data[k]!;
      return y * (outputGradient.data[i]! - expected);
    });
    return [{ shape: output.shape, data }];
  }
}
