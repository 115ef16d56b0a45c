/** Takes the gradient of the loss back through the operations of a model. */
import type { Convolution, Normalization, Operation, Pooling } from 'layers-wasm/graph/operation.js';
import { dropOut, geometryOf, isPointwise, marginsOf, paddingOf, pixelsOf, shapeOf, type Pass } from './forward.js';
import { convolutionGradients } from './kernelGradients.js';
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

function convolutionInputGradient(operation: Convolution, { pass, gradient }: Backward): Tensor {
  const { bench, memory, count } = pass;
  const { window, kernel, input } = operation;
  const filter = memory.kernels.get(kernel)!;
  const inputShape = shapeOf(input, count);
  if (isPointwise(operation)) {
    const { channels } = operation.output.shape;
    const dy = { ...gradient, shape: [1, pixelsOf(input, count), channels] };
    const matrix = { ...filter, shape: [1, input.shape.channels, channels] };
    const product = bench.kernel('BatchMatMul', { a: dy, b: matrix }, { transposeA: false, transposeB: true });
    return { ...product, shape: inputShape };
  }
  const attributes = {
    strides: [window.strideY, window.strideX],
    pad: paddingOf(operation),
    dataFormat: 'NHWC',
    dilations: [1, 1],
    dimRoundingMode: 'floor',
    inputShape,
  };
  const name = operation.kind === 'convolution' ? 'Conv2DBackpropInput' : 'DepthwiseConv2dNativeBackpropInput';
  return bench.kernel(name, { dy: gradient, filter }, attributes);
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
