/** Gradients of convolutions' kernels and biases: sums over all pixels of a batch, in slices that are added afterwards. */
import type { Window } from 'layers-wasm/graph/window.js';
import { groupSize, type Program } from '../program.js';

export interface KernelGeometry {
  readonly input: { readonly height: number; readonly width: number; readonly channels: number };
  readonly output: { readonly height: number; readonly width: number; readonly channels: number };
  readonly window: Window;
}

/** Rows and columns of the part of a gradient that a group of threads makes, and the pixels that it reads at a time. */
export const gradientTile = 32;
export const gradientDepth = 16;

const keyOf = ({ input, output, window }: KernelGeometry): string =>
  [...Object.values(input), ...Object.values(output), ...Object.values({ ...window })].join(' ');

/** The value of the input under row and column `tap` of the kernel for pixel `pixel` of the output, at `channel`; 0 outside the image. */
const tapValue = ({ input, output, window }: KernelGeometry): string => `
  fn tapValue(pixel : i32, tap : i32, channel : i32) -> f32 {
    let y = pixel / ${output.width} % ${output.height} * ${window.strideY} - ${window.top} + tap / ${window.width};
    let x = pixel % ${output.width} * ${window.strideX} - ${window.left} + tap % ${window.width};
    if (y < 0 || y >= ${input.height} || x < 0 || x >= ${input.width}) { return 0.0; }
    let image = pixel / ${output.width * output.height} * ${input.height};
    return inputs[((image + y) * ${input.width} + x) * ${input.channels} + channel];
  }`;

/** A product of matrices, the transpose of [pixels, rows] times [pixels, columns], in WGSL expressions. */
interface Product {
  readonly rows: string;
  readonly columns: string;
  /** The element of the left matrix at `pixel` and `row`. */
  readonly left: string;
}

/** Elements of both matrices that a group holds at a time. */
const part = gradientDepth * gradientTile;

/**
 * The product over each slice of `steps` times `gradientDepth` pixels: [slices, rows, columns]. A group of 64 threads makes a square of
 * it, 4 x 4 elements each, from parts that it shares.
 */
const productBySlices = ({ rows, columns, left }: Product): string => `
  let thread = index % ${groupSize};
  let group = index / ${groupSize};
  let across = (${columns} + ${gradientTile - 1}) / ${gradientTile};
  let down = (${rows} + ${gradientTile - 1}) / ${gradientTile};
  let slice = group / (across * down);
  let firstRow = group / across % down * ${gradientTile};
  let firstColumn = group % across * ${gradientTile};
  let firstPixel = slice * uniforms.steps * ${gradientDepth};
  let myRow = thread / 8 * 4;
  let myColumn = thread % 8 * 4;
  var sums : array<vec4<f32>, 4>;
  for (var step = 0; step < uniforms.steps; step++) {
    for (var i = thread; i < ${part}; i += ${groupSize}) {
      let pixel = firstPixel + step * ${gradientDepth} + i / ${gradientTile};
      let row = firstRow + i % ${gradientTile};
      let column = firstColumn + i % ${gradientTile};
      leftPart[i] = 0.0;
      rightPart[i] = 0.0;
      if (pixel < uniforms.pixels) {
        if (row < ${rows}) { leftPart[i] = ${left}; }
        if (column < ${columns}) { rightPart[i] = gradient[pixel * ${columns} + column]; }
      }
    }
    workgroupBarrier();
    for (var k = 0; k < ${part}; k += ${gradientTile}) {
      let at = k + myColumn;
      let values = vec4<f32>(rightPart[at], rightPart[at + 1], rightPart[at + 2], rightPart[at + 3]);
      for (var i = 0; i < 4; i++) { sums[i] += leftPart[k + myRow + i] * values; }
    }
    workgroupBarrier();
  }
  for (var i = 0; i < 4; i++) {
    for (var j = 0; j < 4; j++) {
      let row = firstRow + myRow + i;
      let column = firstColumn + myColumn + j;
      if (row < ${rows} && column < ${columns} && index < uniforms.size) { result[(slice * ${rows} + row) * ${columns} + column] = sums[i][j]; }
    }
  }`;

const sharedParts = `
  var<workgroup> leftPart : array<f32, ${part}>;
  var<workgroup> rightPart : array<f32, ${part}>;`;

/** The gradient of a kernel [taps, inputs, outputs] by each slice: [slices, taps * inputs, outputs]. */
export function convolutionGradient(geometry: KernelGeometry): Program {
  const { input, output, window } = geometry;
  return {
    key: `convolution gradient ${keyOf(geometry)}`,
    inputs: ['inputs', 'gradient'],
    uniforms: ['rows', 'columns', 'pixels', 'steps'],
    together: true,
    declarations: `${sharedParts} ${tapValue(geometry)}`,
    body: productBySlices({
      rows: `${window.height * window.width * input.channels}`,
      columns: `${output.channels}`,
      left: `tapValue(pixel, row / ${input.channels}, row % ${input.channels})`,
    }),
  };
}

/** The same of a kernel [1, inputs, outputs] without padding or strides: one program for any numbers of them. */
export const pointwiseGradient: Program = {
  key: 'pointwise gradient',
  inputs: ['inputs', 'gradient'],
  uniforms: ['rows', 'columns', 'pixels', 'steps'],
  together: true,
  declarations: sharedParts,
  body: productBySlices({
    rows: 'uniforms.rows',
    columns: 'uniforms.columns',
    left: 'inputs[pixel * uniforms.rows + row]',
  }),
};

/** The gradient of a depthwise kernel [taps, channels] by each slice of `length` pixels: [slices, taps, channels]. */
export function depthwiseGradient(geometry: KernelGeometry): Program {
  const { channels } = geometry.input;
  const taps = geometry.window.height * geometry.window.width;
  return {
    key: `depthwise gradient ${keyOf(geometry)}`,
    inputs: ['inputs', 'gradient'],
    uniforms: ['pixels', 'length'],
    declarations: tapValue(geometry),
    body: `
      let channel = index % ${channels};
      let tap = index / ${channels} % ${taps};
      let start = index / ${channels * taps} * uniforms.length;
      let end = min(start + uniforms.length, uniforms.pixels);
      var sum = 0.0;
      for (var pixel = start; pixel < end; pixel++) {
        sum += tapValue(pixel, tap, channel) * gradient[pixel * ${channels} + channel];
      }
      result[index] = sum;`,
  };
}

/** Sums of each channel over slices of `length` pixels, [slices, channels]: the gradient of a bias. */
export function biasGradient(channels: number): Program {
  return {
    key: `bias gradient ${channels}`,
    inputs: ['gradient'],
    uniforms: ['pixels', 'length'],
    body: `
      let start = index / ${channels} * uniforms.length;
      let end = min(start + uniforms.length, uniforms.pixels);
      var sum = 0.0;
      for (var pixel = start; pixel < end; pixel++) { sum += gradient[pixel * ${channels} + index % ${channels}]; }
      result[index] = sum;`,
  };
}

/** Adds the slices of [slices, size] up, from element `at` of the result on. */
export const addSlices: Program = {
  key: 'add slices',
  inputs: ['slices'],
  uniforms: ['count', 'at'],
  body: `
    var sum = 0.0;
    for (var slice = 0; slice < uniforms.count; slice++) { sum += slices[slice * uniforms.size + index]; }
    result[uniforms.at + index] = sum;`,
};
