/** Runs the operations of a model from its input to its output. */
import type { Convolution, Dropout, Normalization, Operation, Pooling, Value } from 'layers-wasm/graph/operation.js';
import type { Parameter } from 'layers-wasm/graph/parameter.js';
import type { Window } from 'layers-wasm/graph/window.js';
import { dropoutThreshold } from 'layers-wasm/training/dropoutMask.js';
import { dropout, repeatChannels } from './programs/channels.js';
import { batchStatistics, movingStatistics, normalize, sliceMoments } from './programs/normalization.js';
import { averagePooling, maxPooling, type PoolingGeometry } from './programs/pooling.js';
import { rectification } from './programs/rectification.js';
import { slicesOf } from './slices.js';
import type { StateLayout } from './stateLayout.js';
import type { Tensor, Workbench } from './workbench.js';

/** What the operations of a network read beside each other's results. */
export interface Memory {
  readonly layout: StateLayout;
  readonly state: Tensor;
  readonly workspace: Tensor;
  /** Copies of the kernels and biases in the shapes that TensorFlow.js' kernels expect. */
  readonly kernels: ReadonlyMap<Parameter, Tensor>;
  /** Seeds of the step's dropout masks, by the dropouts' indices. */
  readonly streams: Tensor;
}

export interface Pass {
  readonly bench: Workbench;
  readonly memory: Memory;
  /** Images in the batch. */
  readonly count: number;
  readonly training: boolean;
}

/** The shape of a value's tensor. */
export function shapeOf({ shape }: Value, count: number): [number, number, number, number] {
  return [count, shape.height, shape.width, shape.channels];
}

/** Pixels of a value's tensor in a batch. */
export const pixelsOf = ({ shape }: Value, count: number): number => count * shape.height * shape.width;

/** Padding of a window, as TensorFlow.js' kernels take it. */
export function paddingOf(window: Pick<Window, 'top' | 'bottom' | 'left' | 'right'>): number[][] {
  return [
    [0, 0],
    [window.top, window.bottom],
    [window.left, window.right],
    [0, 0],
  ];
}

/** What else they want to be told of a convolution. */
export function convolutionAttributes({ strideY, strideX }: Window): Record<string, unknown> {
  return { strides: [strideY, strideX], dataFormat: 'NHWC', dilations: [1, 1], dimRoundingMode: 'floor' };
}

/** True for products with a matrix, pixel by pixel. */
export function isPointwise({ kind, window }: Convolution): boolean {
  const { height, width, strideY, strideX } = window;
  return kind === 'convolution' && height * width * strideY * strideX === 1;
}

export function geometryOf({ input, output, window }: Pooling): PoolingGeometry {
  return { input: input.shape, output: output.shape, channels: input.shape.channels, window };
}

/** Padding of an image, top and left and bottom and right. */
export function marginsOf(operation: Extract<Operation, { kind: 'padding' }>): [number, number][] {
  return [
    [0, 0],
    [operation.top, operation.bottom],
    [operation.left, operation.right],
    [0, 0],
  ];
}

/** The output of `operation`, a new tensor; `inputs` are those of its values. */
export function runOperation(pass: Pass, operation: Operation, inputs: readonly Tensor[]): Tensor {
  const { bench, count } = pass;
  const [x] = inputs as [Tensor];
  const shape = shapeOf(operation.output, count);
  const threads = shape.reduce((product, extent) => product * extent, 1);
  switch (operation.kind) {
    case 'convolution':
    case 'depthwise':
      return convolve(pass, operation, x);
    case 'normalization':
      return normalizeBatch(pass, operation, x);
    case 'rectification':
      return bench.run(rectification(operation.rectifier), { inputs: [x], threads, output: shape });
    case 'maxPooling':
      return bench.run(maxPooling(geometryOf(operation)), { inputs: [x], threads, output: shape });
    case 'averagePooling':
      return bench.run(averagePooling(geometryOf(operation)), { inputs: [x], threads, output: shape });
    case 'addition':
      return bench.kernel('Add', { a: x, b: inputs[1]! });
    case 'dropout':
      return pass.training ? dropOut(pass, operation, x) : bench.view(x, shape);
    case 'padding':
      return bench.kernel('PadV2', { x }, { paddings: marginsOf(operation), constantValue: 0 });
    case 'flatten':
      return bench.view(x, shape);
    case 'repeatChannels': {
      const program = repeatChannels(operation.input.shape.channels, operation.times);
      return bench.run(program, { inputs: [x], threads, output: shape });
    }
  }
}

function convolve({ bench, memory, count }: Pass, operation: Convolution, x: Tensor): Tensor {
  const { window, kernel, bias, input, output } = operation;
  const filter = memory.kernels.get(kernel)!;
  // As one long row of pixels, a pointwise convolution is one product of matrices instead of one per image.
  if (isPointwise(operation)) x = { ...x, shape: [1, pixelsOf(input, count), 1, input.shape.channels] };
  const attributes = { ...convolutionAttributes(window), pad: paddingOf(window), activation: 'linear' };
  const [plain, fused] =
    operation.kind === 'convolution' ? ['Conv2D', 'FusedConv2D'] : ['DepthwiseConv2dNative', 'FusedDepthwiseConv2D'];
  const result = bias
    ? bench.kernel(fused, { x, filter, bias: memory.kernels.get(bias)! }, attributes)
    : bench.kernel(plain, { x, filter }, attributes);
  return { ...result, shape: shapeOf(output, count) };
}

function normalizeBatch(pass: Pass, operation: Normalization, x: Tensor): Tensor {
  const { bench, memory, count, training } = pass;
  const { channels } = operation.output.shape;
  if (training && !operation.frozen) takeStatistics(pass, operation, x);
  else if (training) moveToWorkspace(pass, operation);
  const shape = shapeOf(operation.output, count);
  return bench.run(normalize(channels, operation.rectifier), {
    inputs: [x, memory.workspace],
    threads: pixelsOf(operation.output, count) * channels,
    uniforms: { rows: memory.layout.rowsOf(operation) },
    output: shape,
  });
}

function takeStatistics({ bench, memory, count }: Pass, operation: Normalization, x: Tensor): void {
  const { layout, state, workspace } = memory;
  const { channels } = operation.output.shape;
  const slices = slicesOf(pixelsOf(operation.output, count));
  const { pixels, length } = slices;
  const moments = bench.run(sliceMoments(channels), {
    inputs: [x],
    threads: slices.count * channels,
    uniforms: { pixels, length },
    output: [2, slices.count, channels],
  });
  bench.run(batchStatistics(channels, operation.epsilon), {
    inputs: [moments, state],
    threads: channels,
    uniforms: { ...placesOf(layout, operation), pixels, length, slices: slices.count },
    output: workspace,
  });
  bench.release(moments);
}

/** Makes the moving statistics of a normalisation those that it normalises by. */
export function moveToWorkspace({ bench, memory }: Omit<Pass, 'count' | 'training'>, operation: Normalization): void {
  const { layout, state, workspace } = memory;
  const { channels } = operation.output.shape;
  const movingMean = layout.placeOf(operation.movingMean);
  const movingVariance = layout.placeOf(operation.movingVariance);
  bench.run(movingStatistics(channels, operation.epsilon), {
    inputs: [state],
    threads: channels,
    uniforms: { ...placesOf(layout, operation), movingMean, movingVariance },
    output: workspace,
  });
}

function placesOf(layout: StateLayout, operation: Normalization): { gamma: number; beta: number; rows: number } {
  const { gamma, beta } = operation;
  return { gamma: layout.placeOf(gamma), beta: layout.placeOf(beta), rows: layout.rowsOf(operation) };
}

/** Keeps the elements that the step's mask of this layer has; of a gradient as of a value. */
export function dropOut({ bench, memory, count }: Pass, operation: Dropout, x: Tensor): Tensor {
  const { rate, index, output } = operation;
  const { channels } = output.shape;
  const program = dropout({ channels, rate, threshold: dropoutThreshold(rate) });
  const threads = pixelsOf(output, count) * channels;
  const inputs = [x, memory.streams];
  return bench.run(program, { inputs, threads, uniforms: { layer: index }, output: shapeOf(output, count) });
}
