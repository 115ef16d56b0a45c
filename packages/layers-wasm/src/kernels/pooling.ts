/** Max and average pooling and their gradients, for any window, stride and padding. */
import { f32, f32x4, i32, i32x4, v128, type I32 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Layout } from '../compiler/layout.js';
import type { Window } from '../graph/window.js';

/** Neighbouring windows that the edge of the input cuts in the same way, along one axis. */
interface Run {
  /** How many windows. */
  readonly count: number;
  /** First input index of the first window that lies inside. */
  readonly start: number;
  /** How many input indices of each window lie inside. */
  readonly size: number;
}

/** The windows along one axis, as runs of equal ones. */
function runsOf(outputs: number, inputs: number, axis: { size: number; stride: number; before: number }): Run[] {
  const runs: { count: number; start: number; size: number; clippedBefore: boolean }[] = [];
  for (let i = 0; i < outputs; i++) {
    const from = i * axis.stride - axis.before;
    const start = Math.max(0, from);
    const size = Math.min(inputs, from + axis.size) - start;
    const last = runs.at(-1);
    const continues = last?.size === size && !last.clippedBefore && from >= 0;
    if (continues) last.count++;
    else runs.push({ count: 1, start, size, clippedBefore: from < 0 });
  }
  return runs;
}

interface WindowAt {
  readonly rows: number;
  readonly columns: number;
  /** Address of the first pixel of the window that lies inside, at the channels at hand. */
  readonly input: Local<'i32'>;
  /** Address of the output pixel, at the channels at hand. */
  readonly output: Local<'i32'>;
}

/** Visits every window and every four channels of `count` samples; output pixels lie as in `output`. */
function eachWindow(
  f: FunctionBuilder,
  geometry: { window: Window; input: Layout; output: Layout; count: Local<'i32'> },
  body: (at: WindowAt) => void,
): void {
  const { window, input, output } = geometry;
  const rowRuns = runsOf(output.height, input.height, {
    size: window.height,
    stride: window.strideY,
    before: window.top,
  });
  const columnRuns = runsOf(output.width, input.width, {
    size: window.width,
    stride: window.strideX,
    before: window.left,
  });
  const inputSample = f.let(f.argument(0));
  const outputPixel = f.let(i32.add(f.argument(1), i32.constant(output.at(0, 0) * 4)));
  const inputRow = f.local('i32');
  const inputPixel = f.local('i32');
  const from = f.local('i32');
  const to = f.local('i32');
  f.repeatDynamic(geometry.count, () => {
    for (const rows of rowRuns) {
      f.set(inputRow, i32.add(inputSample, i32.constant(input.at(rows.start, 0) * 4)));
      f.repeat(rows.count, () => {
        for (const columns of columnRuns) {
          f.set(inputPixel, i32.add(inputRow, i32.constant(columns.start * input.pixel * 4)));
          f.repeat(columns.count, () => {
            f.set(from, inputPixel);
            f.set(to, outputPixel);
            f.repeat(input.pixel / 4, () => {
              body({ rows: rows.size, columns: columns.size, input: from, output: to });
              f.advance(from, 16);
              f.advance(to, 16);
            });
            f.advance(inputPixel, window.strideX * input.pixel * 4);
            f.advance(outputPixel, output.pixel * 4);
          });
        }
        f.advance(inputRow, window.strideY * input.row * 4);
        f.advance(outputPixel, (output.row - output.width * output.pixel) * 4);
      });
    }
    f.advance(inputSample, input.sample * 4);
    f.advance(outputPixel, (output.sample - output.height * output.row) * 4);
  });
}

interface Pooling {
  readonly window: Window;
  readonly input: Layout;
  readonly output: Layout;
}

/**
 * The largest value of each window; ties go to the first in row order, and NaN is passed over unless it is the first.
 * Arguments: input, output, [winners], count. `winners` are int32, [pixels, channels]: the bytes from the window's first pixel inside the
 * image to the winner, in the layout `winners.of` of the gradient that it receives.
 */
export function maxPoolingKernel(
  module: ModuleBuilder,
  { window, input, output }: Pooling,
  winners?: { of: Layout },
): FunctionBuilder {
  const key = `max pooling ${JSON.stringify(window)} ${input.key} ${output.key} ${winners?.of.key ?? ''}`;
  return module.kernel(key, winners ? 4 : 3, (f) => {
    const best = f.local('v128');
    const where = f.local('v128');
    const value = f.local('v128');
    const winner = winners ? f.let(f.argument(2)) : undefined;
    const count = f.argument(winners ? 3 : 2);
    eachWindow(f, { window, input, output, count }, (at) => {
      f.set(best, f32x4.load(at.input));
      f.set(where, v128.zero());
      eachTap(f, at, [input, winners?.of ?? input], ([offset, winnerOffset], first) => {
        if (first) return;
        f.set(value, f32x4.load(i32.add(at.input, offset!)));
        if (winners) {
          const larger = f32x4.greater(value, best);
          f.set(where, i32x4.maximum(where, v128.and(larger, i32x4.splat(winnerOffset!))));
        }
        f.set(best, f32x4.pseudoMaximum(best, value));
      });
      f.store(at.output, best);
      if (winner) {
        f.store(winner, where);
        f.advance(winner, 16);
      }
    });
  });
}

/**
 * Adds each pixel's gradient to the winner of its window. Arguments: input gradient (cleared), output gradient, winners, count.
 * Offsets of winners are from the first pixel inside their window, so the same runs are walked again.
 */
export function maxPoolingGradientKernel(module: ModuleBuilder, { window, input, output }: Pooling): FunctionBuilder {
  return module.kernel(`max pooling gradient ${JSON.stringify(window)} ${input.key} ${output.key}`, 4, (f) => {
    const winner = f.let(f.argument(2));
    const gradient = f.local('v128');
    const where = f.local('v128');
    const target = f.local('i32');
    eachWindow(f, { window, input, output, count: f.argument(3) }, (at) => {
      f.set(gradient, f32x4.load(at.output));
      f.set(where, f32x4.load(winner));
      for (let lane = 0; lane < 4; lane++) {
        f.set(target, i32.add(at.input, i32x4.lane(where, lane)));
        f.store(target, f32.add(f32.load(target, lane * 4), f32.lane(gradient, lane)), lane * 4);
      }
      f.advance(winner, 16);
    });
  });
}

/** The mean of each window's pixels that lie inside. Arguments: input, output, count. */
export function averagePoolingKernel(module: ModuleBuilder, { window, input, output }: Pooling): FunctionBuilder {
  return module.kernel(`average pooling ${JSON.stringify(window)} ${input.key} ${output.key}`, 3, (f) => {
    const sum = f.local('v128');
    eachWindow(f, { window, input, output, count: f.argument(2) }, (at) => {
      f.set(sum, f32x4.load(at.input));
      eachTap(f, at, [input], ([offset], first) => {
        if (!first) f.set(sum, f32x4.add(sum, f32x4.load(i32.add(at.input, offset!))));
      });
      f.store(at.output, f32x4.multiply(sum, f32x4.constant(1 / (at.rows * at.columns))));
    });
  });
}

/** Spreads each pixel's gradient evenly over its window. Arguments: input gradient (cleared), output gradient, count. */
export function averagePoolingGradientKernel(
  module: ModuleBuilder,
  { window, input, output }: Pooling,
): FunctionBuilder {
  return module.kernel(`average pooling gradient ${JSON.stringify(window)} ${input.key} ${output.key}`, 3, (f) => {
    const share = f.local('v128');
    eachWindow(f, { window, input, output, count: f.argument(2) }, (at) => {
      f.set(share, f32x4.multiply(f32x4.load(at.output), f32x4.constant(1 / (at.rows * at.columns))));
      eachTap(f, at, [input], ([offset]) => {
        const target = f.let(i32.add(at.input, offset!));
        f.store(target, f32x4.add(f32x4.load(target), share));
      });
    });
  });
}

/** Windows above this many taps are walked by a loop: global pooling would otherwise become very long code. */
const mostUnrolledTaps = 25;

/** Visits the pixels of a window in row order, with the byte offset of each from the first, one per layout. */
function eachTap(
  f: FunctionBuilder,
  at: WindowAt,
  layouts: readonly Layout[],
  body: (offsets: readonly I32[], first: boolean) => void,
): void {
  if (at.rows * at.columns <= mostUnrolledTaps) {
    for (let y = 0; y < at.rows; y++) {
      for (let x = 0; x < at.columns; x++) {
        const offsets = layouts.map((layout) => i32.constant((y * layout.row + x * layout.pixel) * 4));
        body(offsets, y + x === 0);
      }
    }
    return;
  }
  // The first pixel is visited apart, so that the loop treats all others alike.
  body(
    layouts.map(() => i32.constant(0)),
    true,
  );
  const offsets = layouts.map(() => f.local('i32'));
  const rows = layouts.map(() => f.let(i32.constant(0)));
  f.repeat(at.rows, () => {
    offsets.forEach((offset, i) => f.set(offset, rows[i]!));
    f.repeat(at.columns, () => {
      f.if(offsets[0]!, () => body(offsets, false));
      layouts.forEach((layout, i) => f.advance(offsets[i]!, layout.pixel * 4));
    });
    layouts.forEach((layout, i) => f.advance(rows[i]!, layout.row * 4));
  });
}
