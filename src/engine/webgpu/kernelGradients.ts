/** Leaves the gradients of a convolution's weights in the workspace. */
import type { Convolution } from 'layers-wasm/graph/operation.js';
import type { Backward } from './backward.js';
import { isPointwise, pixelsOf } from './forward.js';
import {
  addSlices,
  biasGradient,
  convolutionGradient,
  depthwiseGradient,
  gradientDepth,
  gradientTile,
  pointwiseGradient,
  type KernelGeometry,
} from './programs/kernelGradients.js';
import { groupSize } from './program.js';
import { slicesOf } from './slices.js';
import type { Tensor } from './workbench.js';

/** Groups of threads that a product of matrices is cut into, at least: enough to keep a large GPU busy. */
const leastGroups = 1024;

/** Only of weights that are trained. */
export function convolutionGradients(operation: Convolution, step: Backward): void {
  const { kernel, bias } = operation;
  if (kernel.options.trainable) {
    const slices = operation.kind === 'convolution' ? denseSlices(operation, step) : depthwiseSlices(operation, step);
    addUp(step, slices, step.pass.memory.layout.gradientOf(kernel));
  }
  if (bias?.options.trainable) addUp(step, biasSlices(operation, step), step.pass.memory.layout.gradientOf(bias));
}

/** Gradients of each slice of the pixels, [slices, size]. */
interface SlicedGradient {
  readonly tensor: Tensor;
  readonly slices: number;
  readonly size: number;
}

function addUp({ pass }: Backward, { tensor, slices, size }: SlicedGradient, at: number): void {
  const { bench, memory } = pass;
  const uniforms = { count: slices, at };
  bench.run(addSlices, { inputs: [tensor], threads: size, uniforms, output: memory.workspace });
  bench.release(tensor);
}

function denseSlices(operation: Convolution, { pass, x, gradient }: Backward): SlicedGradient {
  const geometry = geometryOf(operation);
  const { window, input, output } = geometry;
  const rows = window.height * window.width * input.channels;
  const columns = output.channels;
  const pixels = pixelsOf(operation.output, pass.count);
  const squares = Math.ceil(rows / gradientTile) * Math.ceil(columns / gradientTile);
  const all = Math.ceil(pixels / gradientDepth);
  const steps = Math.ceil(all / Math.min(all, Math.ceil(leastGroups / squares)));
  const slices = Math.ceil(all / steps);
  const tensor = pass.bench.run(isPointwise(operation) ? pointwiseGradient : convolutionGradient(geometry), {
    inputs: [x, gradient],
    threads: slices * squares * groupSize,
    uniforms: { rows, columns, pixels, steps },
    output: [slices, rows, columns],
  });
  return { tensor, slices, size: rows * columns };
}

function depthwiseSlices(operation: Convolution, { pass, x, gradient }: Backward): SlicedGradient {
  const geometry = geometryOf(operation);
  const { window, input } = geometry;
  const size = window.height * window.width * input.channels;
  const { pixels, length, count } = slicesOf(pixelsOf(operation.output, pass.count));
  const tensor = pass.bench.run(depthwiseGradient(geometry), {
    inputs: [x, gradient],
    threads: count * size,
    uniforms: { pixels, length },
    output: [count, size],
  });
  return { tensor, slices: count, size };
}

function biasSlices(operation: Convolution, { pass, gradient }: Backward): SlicedGradient {
  const size = operation.output.shape.channels;
  const { pixels, length, count } = slicesOf(pixelsOf(operation.output, pass.count));
  const uniforms = { pixels, length };
  const run = { inputs: [gradient], threads: count * size, uniforms, output: [count, size] };
  return { tensor: pass.bench.run(biasGradient(size), run), slices: count, size };
}

function geometryOf({ input, output, window }: Convolution): KernelGeometry {
  return { input: input.shape, output: output.shape, window };
}
