/** Dense: every output sees every input. */
import { addBias, biasBackward } from './convolution.js';
import type { Layer, LayerContext } from './layer.js';
import { axis, zeros, type Tensor } from './tensor.js';

/** Kernel [inputs, units]; acts on the last axis. */
export class Dense implements Layer {
  private input!: Tensor;

  constructor(private readonly context: LayerContext) {}

  forward([input]: readonly [Tensor]): Tensor {
    this.input = input;
    const kernel = this.context.weight('kernel');
    const [inputs, units] = [axis(kernel, 1), axis(kernel, 0)];
    const output = zeros([...input.shape.slice(0, -1), units]);
    for (let i = 0; i < output.data.length; i++) {
      const row = Math.floor(i / units) * inputs;
      for (let k = 0; k < inputs; k++) output.data[i]! += input.data[row + k]! * kernel.data[k * units + (i % units)]!;
    }
    return addBias(output, this.context);
  }

  backward(outputGradient: Tensor): Tensor[] {
    biasBackward(outputGradient, this.context);
    const kernel = this.context.weight('kernel');
    const sink = this.context.gradient('kernel');
    const [inputs, units] = [axis(kernel, 1), axis(kernel, 0)];
    const inputGradient = zeros(this.input.shape);
    outputGradient.data.forEach((gradient, i) => {
      const row = Math.floor(i / units) * inputs;
      for (let k = 0; k < inputs; k++) {
        inputGradient.data[row + k]! += gradient * kernel.data[k * units + (i % units)]!;
        sink[k * units + (i % units)]! += gradient * this.input.data[row + k]!;
      }
    });
    return [inputGradient];
  }
}
