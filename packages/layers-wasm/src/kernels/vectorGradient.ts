/** The gradient of weights between vectors, as of Dense layers, summed over the whole batch at once, some rows of weights after the other. */
import { i32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { convolutionGradientKernel } from './convolutionGradient.js';

/** Rows of weights in an item of work. */
const rowsPerItem = 64;

/** How many items the weights of so many inputs are. */
export const vectorGradientItems = (inputs: number): number => Math.ceil(inputs / rowsPerItem);

/**
 * `weights[k, n] = sum_s input[s, k] * gradient[s, n]` for the rows `k` of one item. Arguments: index of the item, input, gradient, weights
 * [inputs, outputs], count of samples. Inputs and outputs are multiples of four.
 */
export function vectorGradientKernel(
  module: ModuleBuilder,
  { inputs, outputs }: { inputs: number; outputs: number },
): FunctionBuilder {
  return module.kernel(`vector gradient ${inputs} ${outputs}`, 5, (f) => {
    const [item, input, gradient, weights, count] = [0, 1, 2, 3, 4].map((index) => f.argument(index));
    const first = f.let(i32.multiply(item!, i32.constant(rowsPerItem)));
    const vectors = (floats: number) => ({ origin: 0, stepY: floats, stepX: floats, sample: floats });
    const pixels = { ...vectors(outputs), height: 1, width: 1, channels: outputs };
    const rows = (length: number) => (): void => {
      const place = f.let(i32.add(weights!, i32.multiply(first, i32.constant(outputs * 4))));
      f.clear(place, i32.constant(length * outputs * 4));
      const code = convolutionGradientKernel(module, { ...vectors(inputs), rows: 1, length, stride: 0 }, pixels);
      f.call(code, i32.add(input!, i32.multiply(first, i32.constant(4))), gradient!, place, count!);
    };
    const whole = Math.floor(inputs / rowsPerItem);
    const last = inputs % rowsPerItem;
    if (last === 0) rows(rowsPerItem)();
    else f.if(i32.lessUnsigned(item!, i32.constant(whole)), rows(rowsPerItem), rows(last));
  });
}
