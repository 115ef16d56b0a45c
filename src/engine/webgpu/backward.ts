/** Takes the gradient of the loss back through the operations of a model. */
import type { Convolution, Normalization, Operation, Pooling } from 'layers-wasm/graph/operation.js';
import {
  convolutionAttributes,
  dropOut,
  geometryOf,
  isPointwise,
  marginsOf,
  paddingOf,
  pixelsOf,
  shapeOf,
  type Pass,
} from './forward.js';
import { convolutionGradients } from './kernelGradients.js';
import { flippedKernel } from './programs/flippedKernel.js';
import { repeatChannelsGradient } from './programs/channels.js';
import {
  frozenNormalizationGradient,
  gradientSums,
  normalizationGradient,
  sliceGradientSums,
} from './programs/normalizationGradient.js';
import { averagePoolingGradient, maxPoolingGradient, maxPoolingWinners } from './programs/pooling.js';
import { rectificationGradient } from './programs/rectification.js';
import { slicesOf } from './slices.js';
import { sizeOf, type Tensor } from './workbench.js';

export interface Backward {
  readonly pass: Pass;
  /** Of the operation's first input and of its output. */
  readonly x: Tensor;
  readonly output: Tensor;
  /** The gradient of its output. */
  readonly gradient: Tensor;
}

/** Leaves the gradients of an operation's weights in the workspace, and gives those of its inputs, new tensors, where they are needed. */
export function runBackward(operation: Operation, step: Backward): readonly (Tensor | undefined)[] {
  if (operation.kind === 'addition') {
    const { bench } = step.pass;
    return operation.inputs.map((input) =>
      input.needsGradient ? bench.view(step.gradient, step.gradient.shape) : undefined,
    );
  }
  if (operation.kind === 'convolution' || operation.kind === 'depthwise') convolutionGradients(operation, step);
  if (operation.kind === 'normalization' && !operation.frozen) normalizationSums(operation, step);
  return [operation.input.needsGradient ? inputGradient(operation, step) : undefined];
}

type SingleInput = Exclude<Operation, { kind: 'addition' }>;

function inputGradient(operation: SingleInput, step: Backward): Tensor {
  const { pass, output, gradient } = step;
  const { bench, count } = pass;
  const shape = shapeOf(operation.input, count);
  const threads = shape.reduce((product, extent) => product * extent, 1);
  switch (operation.kind) {
    case 'convolution':
    case 'depthwise':
      return convolutionInputGradient(operation, step);
    case 'normalization':
      return normalizationInputGradient(operation, step);
    case 'rectification': {
      const program = rectificationGradient(operation.rectifier);
      return bench.run(program, { inputs: [gradient, output], threads, output: shape });
    }
    case 'maxPooling':
      return maxPoolingInputGradient(operation, step);
    case 'averagePooling':
      return bench.run(averagePoolingGradient(geometryOf(operation)), { inputs: [gradient], threads, output: shape });
    case 'dropout':
      return dropOut(pass, operation, gradient);
    case 'padding': {
      const begin = marginsOf(operation).map(([before]) => before);
      return bench.kernel('Slice', { x: gradient }, { begin, size: shape });
    }
    case 'flatten':
      return bench.view(gradient, shape);
    case 'repeatChannels':
      return bench.run(repeatChannelsGradient(operation.times), { inputs: [gradient], threads, output: shape });
  }
}

function convolutionInputGradient(operation: Convolution, step: Backward): Tensor {
  if (isPointwise(operation)) return pointwiseInputGradient(operation, step);
  if (isWide(operation)) return convolvedGradient(operation, step);
  const { bench, memory, count } = step.pass;
  const { window, kernel, input } = operation;
  const filter = memory.kernels.get(kernel)!;
  const attributes = { ...convolutionAttributes(window), pad: paddingOf(window), inputShape: shapeOf(input, count) };
  const name = operation.kind === 'convolution' ? 'Conv2DBackpropInput' : 'DepthwiseConv2dNativeBackpropInput';
  return bench.kernel(name, { dy: step.gradient, filter }, attributes);
}

/** The gradient times the transposed kernel, pixel by pixel. */
function pointwiseInputGradient({ kernel, input, output }: Convolution, { pass, gradient }: Backward): Tensor {
  const { bench, memory, count } = pass;
  const { channels } = output.shape;
  const dy = { ...gradient, shape: [1, pixelsOf(input, count), channels] };
  const matrix = { ...memory.kernels.get(kernel)!, shape: [1, input.shape.channels, channels] };
  const product = bench.kernel('BatchMatMul', { a: dy, b: matrix }, { transposeA: false, transposeB: true });
  return { ...product, shape: shapeOf(input, count) };
}

/**
 * True where the backward pass is better made of a convolution: TensorFlow.js multiplies matrices for one, in squares of 32 x 32, but
 * adds products up one by one in its kernel of the gradient.
 */
function isWide({ kind, window, input, output }: Convolution): boolean {
  const channels = Math.min(input.shape.channels, output.shape.channels);
  return kind === 'convolution' && window.strideX * window.strideY === 1 && channels >= 32;
}

/** The gradient convolved with the flipped kernel. */
function convolvedGradient({ window, kernel, input, output }: Convolution, { pass, gradient }: Backward): Tensor {
  const { bench, memory, count } = pass;
  const { height, width, top, left, bottom, right } = window;
  const [rows, columns] = [input.shape.channels, output.shape.channels];
  const filter = bench.run(flippedKernel, {
    inputs: [memory.kernels.get(kernel)!],
    threads: kernel.size,
    uniforms: { taps: height * width, columns, rows },
    output: [height, width, columns, rows],
  });
  const [beyondY, beyondX] = [height - 1, width - 1];
  const pad = paddingOf({ top: beyondY - top, bottom: beyondY - bottom, left: beyondX - left, right: beyondX - right });
  const result = bench.kernel('Conv2D', { x: gradient, filter }, { ...convolutionAttributes(window), pad });
  bench.release(filter);
  return { ...result, shape: shapeOf(input, count) };
}

function maxPoolingInputGradient(operation: Pooling, { pass, x, gradient }: Backward): Tensor {
  const { bench, count } = pass;
  const geometry = geometryOf(operation);
  const outputs = sizeOf(gradient);
  const winners = bench.run(maxPoolingWinners(geometry), {
    inputs: [x],
    threads: outputs,
    output: [outputs],
    type: 'int32',
  });
  const shape = shapeOf(operation.input, count);
  const inputs = [gradient, winners];
  const result = bench.run(maxPoolingGradient(geometry), { inputs, threads: sizeOf({ shape }), output: shape });
  bench.release(winners);
  return result;
}

/** What the program of a normalisation's gradient reads. */
function normalizationInputs({ rectifier }: Normalization, { pass, gradient, output, x }: Backward): Tensor[] {
  const { workspace } = pass.memory;
  return rectifier ? [gradient, output, x, workspace] : [gradient, x, workspace];
}

function normalizationSums(operation: Normalization, step: Backward): void {
  const { bench, memory, count } = step.pass;
  const { layout, workspace } = memory;
  const { channels } = operation.output.shape;
  const { pixels, length, count: slices } = slicesOf(pixelsOf(operation.output, count));
  const rows = layout.rowsOf(operation);
  const sums = bench.run(sliceGradientSums(channels, operation.rectifier), {
    inputs: normalizationInputs(operation, step),
    threads: slices * channels,
    uniforms: { rows, pixels, length },
    output: [2, slices, channels],
  });
  const [gamma, beta] = [layout.gradientOf(operation.gamma), layout.gradientOf(operation.beta)];
  const uniforms = { rows, slices, gamma, beta };
  bench.run(gradientSums(channels), { inputs: [sums], threads: channels, uniforms, output: workspace });
  bench.release(sums);
}

function normalizationInputGradient(operation: Normalization, step: Backward): Tensor {
  const { bench, memory, count } = step.pass;
  const { frozen, rectifier, input } = operation;
  const { channels } = input.shape;
  const rows = memory.layout.rowsOf(operation);
  const shape = shapeOf(input, count);
  const threads = sizeOf({ shape });
  if (!frozen) {
    const inputs = normalizationInputs(operation, step);
    const uniforms = { rows, pixels: pixelsOf(input, count) };
    return bench.run(normalizationGradient(channels, rectifier), { inputs, threads, uniforms, output: shape });
  }
  const inputs = [step.gradient, ...(rectifier ? [step.output] : []), memory.workspace];
  const program = frozenNormalizationGradient(channels, rectifier);
  return bench.run(program, { inputs, threads, uniforms: { rows }, output: shape });
}
