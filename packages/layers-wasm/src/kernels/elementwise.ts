/** The pointwise kernels of training: normalisation, rectifiers, sums, and their gradients. */
import { f32x4, v128, type V128 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Layout } from '../compiler/layout.js';
import { pointwiseKernel } from './pointwise.js';

/** `max(x, 0)`, and `min(., ceiling)` for ReLU6 and its like. */
export interface Rectifier {
  readonly ceiling: number | undefined;
}

const zero = (): V128 => f32x4.constant(0);

/** `value` as a rectifier lets it through. */
export function rectify(value: V128, { ceiling }: Rectifier): V128 {
  // In this order of arguments NaN passes, so that a diverged step shows.
  const positive = f32x4.pseudoMaximum(value, zero());
  return ceiling === undefined ? positive : f32x4.pseudoMinimum(positive, f32x4.constant(ceiling));
}

/** `gradient` where the rectifier let `value` through, else 0. */
function passGradient(gradient: V128, value: V128, { ceiling }: Rectifier): V128 {
  const above = v128.and(gradient, f32x4.greater(value, zero()));
  return ceiling === undefined ? above : v128.and(above, f32x4.less(value, f32x4.constant(ceiling)));
}

const rectifierName = (rectifier?: Rectifier): string => (rectifier ? `rectified ${rectifier.ceiling ?? ''}` : '');

/** `output = [rectify](x * scale + shift)`. Arguments: x, output, scale, shift, count. */
export function affineKernel(
  module: ModuleBuilder,
  layouts: { x: Layout; output: Layout },
  rectifier?: Rectifier,
): FunctionBuilder {
  return pointwiseKernel(module, {
    name: `affine ${rectifierName(rectifier)}`,
    inputs: [layouts.x],
    outputs: [layouts.output],
    constants: 2,
    sums: 0,
    body: ({ inputs, constants }) => {
      const value = module.multiplyAdd(inputs[0]!, constants[0]!, constants[1]!);
      return [rectifier ? rectify(value, rectifier) : value];
    },
  });
}

/** `sums += (x, x * x)`. Arguments: x, sum, sum of squares, count. */
export function momentsKernel(module: ModuleBuilder, x: Layout): FunctionBuilder {
  return pointwiseKernel(module, {
    name: 'moments',
    inputs: [x],
    outputs: [],
    constants: 0,
    sums: 2,
    body: ({ inputs, accumulate, accumulateProduct }) => {
      accumulate(0, inputs[0]!);
      accumulateProduct(1, inputs[0]!, inputs[0]!);
      return [];
    },
  });
}

/**
 * What the backward pass of BatchNormalization sums: `sums += (g, g * x)`, g the gradient of its output; x its input.
 * With a rectifier behind the normalisation, g is masked by it first and written out.
 * Arguments: gradient, x, [masked], [scale, shift], sum, sum of products, count.
 */
export function gradientMomentsKernel(
  module: ModuleBuilder,
  layouts: { gradient: Layout; x: Layout; masked?: Layout },
  rectifier?: Rectifier,
): FunctionBuilder {
  const rectified = rectifier && layouts.masked ? { rectifier, masked: layouts.masked } : undefined;
  return pointwiseKernel(module, {
    name: `gradient moments ${rectifierName(rectifier)}`,
    inputs: [layouts.gradient, layouts.x],
    outputs: rectified ? [rectified.masked] : [],
    constants: rectified ? 2 : 0,
    sums: 2,
    body: ({ f, inputs, constants, accumulate, accumulateProduct }) => {
      const [gradient, x] = [inputs[0]!, inputs[1]!];
      if (rectified) {
        const value = f.let(module.multiplyAdd(x, constants[0]!, constants[1]!));
        f.set(gradient, passGradient(gradient, value, rectified.rectifier));
      }
      accumulate(0, gradient);
      accumulateProduct(1, gradient, x);
      return rectified ? [gradient] : [];
    },
  });
}

/** `output = a * gradient + b * x + c`: the input gradient of BatchNormalization. Arguments: gradient, x, output, a, b, c, count. */
export function normalizationGradientKernel(
  module: ModuleBuilder,
  layouts: { gradient: Layout; x: Layout; output: Layout },
): FunctionBuilder {
  return pointwiseKernel(module, {
    name: 'normalization gradient',
    inputs: [layouts.gradient, layouts.x],
    outputs: [layouts.output],
    constants: 3,
    sums: 0,
    body: ({ inputs, constants }) => [
      module.multiplyAdd(inputs[0]!, constants[0]!, module.multiplyAdd(inputs[1]!, constants[1]!, constants[2]!)),
    ],
  });
}

/**
 * `output = scale * gradient`, with a rectifier only where it let `x * scale + shift` through: the input gradient of a normalisation
 * by fixed statistics. Arguments: gradient, [x], output, scale, [shift], count.
 */
export function scaledGradientKernel(
  module: ModuleBuilder,
  layouts: { gradient: Layout; x: Layout; output: Layout },
  rectifier?: Rectifier,
): FunctionBuilder {
  return pointwiseKernel(module, {
    name: `scaled gradient ${rectifierName(rectifier)}`,
    inputs: rectifier ? [layouts.gradient, layouts.x] : [layouts.gradient],
    outputs: [layouts.output],
    constants: rectifier ? 2 : 1,
    sums: 0,
    body: ({ inputs, constants }) => {
      const scaled = f32x4.multiply(inputs[0]!, constants[0]!);
      if (!rectifier) return [scaled];
      return [passGradient(scaled, module.multiplyAdd(inputs[1]!, constants[0]!, constants[1]!), rectifier)];
    },
  });
}

/** `output = rectify(x)`. Arguments: x, output, count. */
export function rectifierKernel(
  module: ModuleBuilder,
  layouts: { x: Layout; output: Layout },
  rectifier: Rectifier,
): FunctionBuilder {
  return pointwiseKernel(module, {
    name: rectifierName(rectifier),
    inputs: [layouts.x],
    outputs: [layouts.output],
    constants: 0,
    sums: 0,
    body: ({ inputs }) => [rectify(inputs[0]!, rectifier)],
  });
}

/** `output = gradient` where `x` was let through. Arguments: gradient, x (before or after the rectifier), output, count. */
export function rectifierGradientKernel(
  module: ModuleBuilder,
  layouts: { gradient: Layout; x: Layout; output: Layout },
  rectifier: Rectifier,
): FunctionBuilder {
  return pointwiseKernel(module, {
    name: `gradient ${rectifierName(rectifier)}`,
    inputs: [layouts.gradient, layouts.x],
    outputs: [layouts.output],
    constants: 0,
    sums: 0,
    body: ({ inputs }) => [passGradient(inputs[0]!, inputs[1]!, rectifier)],
  });
}

/** `output = a + b`. Arguments: a, b, output, count. */
export function additionKernel(
  module: ModuleBuilder,
  layouts: { a: Layout; b: Layout; output: Layout },
): FunctionBuilder {
  return pointwiseKernel(module, {
    name: 'addition',
    inputs: [layouts.a, layouts.b],
    outputs: [layouts.output],
    constants: 0,
    sums: 0,
    body: ({ inputs }) => [f32x4.add(inputs[0]!, inputs[1]!)],
  });
}

/** `output = x`, between layouts. Arguments: x, output, count. */
export function copyKernel(module: ModuleBuilder, x: Layout, output: Layout): FunctionBuilder {
  return pointwiseKernel(module, {
    name: 'copy',
    inputs: [x],
    outputs: [output],
    constants: 0,
    sums: 0,
    body: ({ inputs }) => [inputs[0]!],
  });
}

/** `sum += x`: the gradient of a bias. Arguments: x, sum, count. */
export function sumKernel(module: ModuleBuilder, x: Layout): FunctionBuilder {
  return pointwiseKernel(module, {
    name: 'sum',
    inputs: [x],
    outputs: [],
    constants: 0,
    sums: 1,
    body: ({ inputs, accumulate }) => {
      accumulate(0, inputs[0]!);
      return [];
    },
  });
}
