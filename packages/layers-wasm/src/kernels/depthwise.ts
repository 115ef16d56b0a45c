/** Depthwise convolution, and its input gradient, which is the same with other taps. */
import { f32x4, i32, type V128 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { PixelGeometry } from './convolution.js';
import { finishArguments, openFinish, type Finish, type FinishVector } from './finish.js';
import { isSliding, type TapGeometry } from './taps.js';

/** Where a depthwise convolution reads and writes: one window for each output pixel. */
export interface DepthwiseGeometry {
  readonly input: TapGeometry;
  readonly output: PixelGeometry;
}

export interface DepthwiseOptions {
  readonly accumulate: boolean;
  readonly bias: boolean;
  /** What happens to the sums before they are stored. */
  readonly finish?: Finish | undefined;
}

/**
 * `output[p, c] = sum_t input[window(p) + offset_t, c] * weights[t, c]`.
 * Arguments: input, weights [taps, channels], output, count of samples, the bias address if there is one, and those of the finish.
 */
export function depthwiseKernel(
  module: ModuleBuilder,
  { input, output }: DepthwiseGeometry,
  options: DepthwiseOptions,
): FunctionBuilder {
  const parameters = options.bias ? 5 : 4;
  const all = parameters + finishArguments(options.finish);
  return module.kernel(`depthwise ${JSON.stringify([input, output, options])}`, all, (f) => {
    const slides = isSliding(input, output.channels) && output.stepX === output.channels && !options.accumulate;
    const emitRow = slides && !options.bias ? emitSlidingRow : emitPlainRow;
    const lanes = module.vectorsTogether(output.channels);
    const inputRow = f.let(i32.add(f.argument(0), i32.constant(input.origin * 4)));
    const outputRow = f.let(i32.add(f.argument(2), i32.constant(output.origin * 4)));
    f.repeatDynamic(f.argument(3), () => {
      f.repeat(output.height, () => {
        f.stride(output.channels * 4, 16 * lanes.length, (channel) => {
          const finished = { finish: options.finish, argument: parameters, offset: channel, vectors: lanes.length };
          const finish = openFinish(f, module, finished);
          emitRow({ f, module, input, output, options, lanes, channel, inputRow, outputRow, finish });
        });
        f.advance(inputRow, input.stepY * 4);
        f.advance(outputRow, output.stepY * 4);
      });
      f.advance(inputRow, (input.sample - output.height * input.stepY) * 4);
      f.advance(outputRow, (output.sample - output.height * output.stepY) * 4);
    });
  });
}

interface Row extends DepthwiseGeometry {
  readonly f: FunctionBuilder;
  readonly module: ModuleBuilder;
  readonly options: DepthwiseOptions;
  /** 0, 1, ...: the vectors of channels at hand. */
  readonly lanes: readonly number[];
  /** Bytes from channel 0 to the first at hand. */
  readonly channel: Local<'i32'>;
  readonly inputRow: Local<'i32'>;
  readonly outputRow: Local<'i32'>;
  readonly finish: FinishVector;
}

/** Every input vector is loaded once and added to the three outputs that it belongs to, two of which are still growing. */
function emitSlidingRow({ f, module, input, output, lanes, channel, inputRow, outputRow, finish }: Row): void {
  const first = input.taps[0]!.offset * 4;
  const rowBytes = (input.taps[3]!.offset - input.taps[0]!.offset) * 4;
  const pixelBytes = output.channels * 4;
  const weightsAt = f.let(i32.add(f.argument(1), channel));
  const weights = input.taps.map((tap) =>
    lanes.map((lane) => f.let(f32x4.load(weightsAt, tap.weight * pixelBytes + lane * 16))),
  );
  const from = f.let(i32.add(inputRow, channel));
  const to = f.let(i32.add(outputRow, channel));
  let column: Local<'v128'>[][] = [];
  const nextColumn = (): void => {
    column = [0, 1, 2].map((y) => lanes.map((lane) => f.let(f32x4.load(from, first + y * rowBytes + lane * 16))));
    f.advance(from, pixelBytes);
  };
  /** The column at hand under the weights of window column `i`, added to `sum`. */
  const addColumn = (i: number, lane: number, sum?: V128): V128 => {
    const [x, y, z] = column.map((row) => row[lane]!) as [Local<'v128'>, Local<'v128'>, Local<'v128'>];
    const weight = (row: number): V128 => weights[row * 3 + i]![lane]!;
    const top = sum ? module.multiplyAdd(x, weight(0), sum) : f32x4.multiply(x, weight(0));
    return module.multiplyAdd(z, weight(2), module.multiplyAdd(y, weight(1), top));
  };
  nextColumn();
  const older = lanes.map((lane) => f.let(addColumn(0, lane)));
  nextColumn();
  older.forEach((sum, lane) => f.set(sum, addColumn(1, lane, sum)));
  const newer = lanes.map((lane) => f.let(addColumn(0, lane)));
  f.repeat(output.width, () => {
    nextColumn();
    older.forEach((sum, lane) => f.store(to, finish(addColumn(2, lane, sum), lane), lane * 16));
    f.advance(to, pixelBytes);
    older.forEach((sum, lane) => f.set(sum, addColumn(1, lane, newer[lane])));
    newer.forEach((sum, lane) => f.set(sum, addColumn(0, lane)));
  });
}

function emitPlainRow({ f, module, input, output, options, lanes, channel, inputRow, outputRow, finish }: Row): void {
  const weightsAt = f.let(i32.add(f.argument(1), channel));
  const from = f.let(i32.add(inputRow, channel));
  const to = f.let(i32.add(outputRow, channel));
  f.repeat(output.width, () => {
    const sums = lanes.map((lane) => {
      const start = options.accumulate ? f32x4.load(to, lane * 16) : f32x4.constant(0);
      const bias = options.bias ? f32x4.load(i32.add(f.argument(4), channel), lane * 16) : undefined;
      return f.let(bias ? f32x4.add(start, bias) : start);
    });
    for (const tap of input.taps) {
      sums.forEach((sum, lane) => {
        const weight = f32x4.load(weightsAt, tap.weight * output.channels * 4 + lane * 16);
        f.set(sum, module.multiplyAdd(f32x4.load(from, tap.offset * 4 + lane * 16), weight, sum));
      });
    }
    sums.forEach((sum, lane) => f.store(to, finish(sum, lane), lane * 16));
    f.advance(from, input.stepX * 4);
    f.advance(to, output.stepX * 4);
  });
}
