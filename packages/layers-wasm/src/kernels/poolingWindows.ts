/** The windows of a pooling, one after the other, for any size, stride and padding. */
import { i32, type I32 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';
import type { Layout } from '../compiler/layout.js';
import type { Window } from '../graph/window.js';

export interface PoolingGeometry {
  readonly window: Window;
  readonly input: Layout;
  readonly output: Layout;
}

/** A name that tells equal poolings. */
export function poolingKey({ window, input, output }: PoolingGeometry): string {
  return `${JSON.stringify(window)} ${input.key} ${output.key}`;
}

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

/** One window, at some channels. */
export interface WindowAt {
  readonly rows: number;
  readonly columns: number;
  /** Address of the first pixel of the window that lies inside, at the channels at hand. */
  readonly input: Local<'i32'>;
  /** Address of the output pixel, at the channels at hand. */
  readonly output: Local<'i32'>;
  /** Bytes from channel 0 to the first at hand. */
  readonly channel: Local<'i32'>;
}

/** The windows of some samples. */
export interface PooledSamples extends PoolingGeometry {
  /** How many samples. */
  readonly count: Local<'i32'>;
  /** 0, 1, ...: the vectors of channels to have at hand at once. */
  readonly lanes: readonly number[];
}

/** Visits every window, all channels of one before the next. Arguments of the kernel: input, output, ... */
export function eachWindow(
  f: FunctionBuilder,
  { window, input, output, count, lanes }: PooledSamples,
  body: (at: WindowAt) => void,
): void {
  const along = { size: window.height, stride: window.strideY, before: window.top };
  const rowRuns = runsOf(output.height, input.height, along);
  const across = { size: window.width, stride: window.strideX, before: window.left };
  const columnRuns = runsOf(output.width, input.width, across);
  const inputSample = f.let(f.argument(0));
  const outputPixel = f.let(i32.add(f.argument(1), i32.constant(output.at(0, 0) * 4)));
  const inputRow = f.local('i32');
  const inputPixel = f.local('i32');
  const from = f.local('i32');
  const to = f.local('i32');
  f.repeatDynamic(count, () => {
    for (const rows of rowRuns) {
      f.set(inputRow, i32.add(inputSample, i32.constant(input.at(rows.start, 0) * 4)));
      f.repeat(rows.count, () => {
        for (const columns of columnRuns) {
          f.set(inputPixel, i32.add(inputRow, i32.constant(columns.start * input.pixel * 4)));
          f.repeat(columns.count, () => {
            f.stride(input.pixel * 4, 16 * lanes.length, (channel) => {
              f.set(from, i32.add(inputPixel, channel));
              f.set(to, i32.add(outputPixel, channel));
              body({ rows: rows.size, columns: columns.size, input: from, output: to, channel });
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

/** Windows above this many taps are walked by a loop: global pooling would otherwise become very long code. */
const mostUnrolledTaps = 25;

/** Where a tap lies from the window's first, in bytes: a number where it is known, and an expression always. */
export interface TapOffset {
  readonly constant: number | undefined;
  readonly value: I32;
}

/** The pixels of a window, as they lie in one tensor or in several. */
export interface WindowPixels {
  readonly rows: number;
  readonly columns: number;
  readonly layouts: readonly Layout[];
}

/** Visits them in row order, with the byte offset of each from the first, one per layout. */
export function eachTap(
  f: FunctionBuilder,
  { rows, columns, layouts }: WindowPixels,
  body: (offsets: readonly TapOffset[], first: boolean) => void,
): void {
  const known = (constant: number): TapOffset => ({ constant, value: i32.constant(constant) });
  if (rows * columns <= mostUnrolledTaps) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const offsets = layouts.map((layout) => known((y * layout.row + x * layout.pixel) * 4));
        body(offsets, y + x === 0);
      }
    }
    return;
  }
  // The first pixel is visited apart, so that the loop treats all others alike.
  body(
    layouts.map(() => known(0)),
    true,
  );
  const offsets = layouts.map(() => f.local('i32'));
  const starts = layouts.map(() => f.let(i32.constant(0)));
  const walked = offsets.map((value): TapOffset => ({ constant: undefined, value }));
  f.repeat(rows, () => {
    offsets.forEach((offset, i) => f.set(offset, starts[i]!));
    f.repeat(columns, () => {
      f.if(offsets[0]!, () => body(walked, false));
      layouts.forEach((layout, i) => f.advance(offsets[i]!, layout.pixel * 4));
    });
    layouts.forEach((layout, i) => f.advance(starts[i]!, layout.row * 4));
  });
}
