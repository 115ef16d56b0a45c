/** Dropout (Srivastava et al. 2014) whose mask is a function of (key, sample, element): it can be made again in the backward pass. */
import { f32x4, i32, i32x4, v128, type V128 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Layout } from '../compiler/layout.js';
import { dropoutThreshold } from '../training/dropoutMask.js';

/** The 32-bit finaliser of MurmurHash3 (Appleby 2011), on four lanes. */
function scramble(f: FunctionBuilder, value: V128): V128 {
  const x = f.let(value);
  f.set(x, i32x4.multiply(v128.xor(x, i32x4.shiftRightUnsigned(x, 16)), i32x4.splat(i32.constant(0x85ebca6b))));
  f.set(x, i32x4.multiply(v128.xor(x, i32x4.shiftRightUnsigned(x, 13)), i32x4.splat(i32.constant(0xc2b2ae35))));
  return v128.xor(x, i32x4.shiftRightUnsigned(x, 16));
}

/**
 * `output = x / (1 - rate)` for elements that stay, else 0; the gradient is the same of the gradient.
 * Arguments: x, output, first sample, count. `key` is the address of an int32 that is new in every step.
 */
export function dropoutKernel(
  module: ModuleBuilder,
  layouts: { x: Layout; output: Layout },
  options: { rate: number; key: number; layer: number },
): FunctionBuilder {
  const { x, output } = layouts;
  const name = `dropout ${options.rate} ${options.layer} ${x.key} ${output.key}`;
  return module.kernel(name, 4, (f) => {
    const elements = x.height * x.width * x.pixel;
    const from = f.let(i32.add(f.argument(0), i32.constant(x.at(0, 0) * 4)));
    const to = f.let(i32.add(f.argument(1), i32.constant(output.at(0, 0) * 4)));
    const key = f.let(i32.add(i32.load(i32.constant(options.key)), i32.constant(Math.imul(options.layer, 0x9e3779b9))));
    const stream = f.let(scramble(f, i32x4.splat(key)));
    const element = f.let(
      i32x4.add(i32x4.splat(i32.multiply(f.argument(2), i32.constant(elements))), i32x4.laneNumbers()),
    );
    const threshold = i32x4.splat(i32.constant(dropoutThreshold(options.rate) | 0));
    f.repeatDynamic(f.argument(3), () => {
      f.repeat(x.height, () => {
        f.repeat((x.width * x.pixel) / 4, () => {
          const dropped = i32x4.greaterUnsigned(threshold, scramble(f, v128.xor(element, stream)));
          const scaled = f32x4.multiply(f32x4.load(from), f32x4.constant(1 / (1 - options.rate)));
          f.store(to, v128.andNot(scaled, dropped));
          f.set(element, i32x4.add(element, i32x4.splat(i32.constant(4))));
          f.advance(from, 16);
          f.advance(to, 16);
        });
        f.advance(from, (x.row - x.width * x.pixel) * 4);
        f.advance(to, (output.row - output.width * output.pixel) * 4);
      });
      f.advance(from, (x.sample - x.height * x.row) * 4);
      f.advance(to, (output.sample - output.height * output.row) * 4);
    });
  });
}
