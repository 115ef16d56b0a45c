/** Depthwise convolution, its input gradient (the same with other taps) and its weight gradient. */
import { f32x4, i32, type V128 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { PixelGeometry } from './convolution.js';

/** One weight of the window: where its input lies, in floats from the window's origin, and which weight it is. */
export interface Tap {
  readonly offset: number;
  readonly weight: number;
}

/** Steps between windows, in floats. Taps' offsets are not negative. */
export interface TapGeometry {
  readonly origin: number;
  readonly stepY: number;
  readonly stepX: number;
  readonly sample: number;
  readonly taps: readonly Tap[];
}

export interface DepthwiseOptions {
  readonly accumulate: boolean;
  readonly bias: boolean;
}

/** Taps of nine weights in three rows of three neighbouring pixels, one pixel a step: the case that slides in registers. */
function isSliding(input: TapGeometry, pixel: number): boolean {
  const first = input.taps[0]?.offset ?? 0;
  const rowStep = (input.taps[3]?.offset ?? 0) - first;
  return (
    input.taps.length === 9 &&
    input.stepX === pixel &&
    input.taps.every((tap, i) => tap.offset === first + Math.floor(i / 3) * rowStep + (i % 3) * pixel)
  );
}

/**
 * `output[p, c] = sum_t input[window(p) + offset_t, c] * weights[t, c]`.
 * Arguments: input, weights [taps, channels], output, count of samples, and the bias address if there is one.
 */
export function depthwiseKernel(
  module: ModuleBuilder,
  input: TapGeometry,
  output: PixelGeometry,
  options: DepthwiseOptions,
): FunctionBuilder {
  return module.kernel(`depthwise ${JSON.stringify([input, output, options])}`, options.bias ? 5 : 4, (f) => {
    const slides = isSliding(input, output.channels) && output.stepX === output.channels && !options.accumulate;
    const emitRow = slides && !options.bias ? emitSlidingRow : emitPlainRow;
    const inputRow = f.let(i32.add(f.argument(0), i32.constant(input.origin * 4)));
    const outputRow = f.let(i32.add(f.argument(2), i32.constant(output.origin * 4)));
    f.repeatDynamic(f.argument(3), () => {
      f.repeat(output.height, () => {
        f.stride(output.channels * 4, 16, (channel) => {
          emitRow({ f, module, input, output, options, channel, inputRow, outputRow });
        });
        f.advance(inputRow, input.stepY * 4);
        f.advance(outputRow, output.stepY * 4);
      });
      f.advance(inputRow, (input.sample - output.height * input.stepY) * 4);
      f.advance(outputRow, (output.sample - output.height * output.stepY) * 4);
    });
  });
}

interface Row {
  readonly f: FunctionBuilder;
  readonly module: ModuleBuilder;
  readonly input: TapGeometry;
  readonly output: PixelGeometry;
  readonly options: DepthwiseOptions;
  /** Bytes from channel 0 to the four at hand. */
  readonly channel: Local<'i32'>;
  readonly inputRow: Local<'i32'>;
  readonly outputRow: Local<'i32'>;
}

/** Every input vector is loaded once and added to the three outputs that it belongs to, two of which are still growing. */
function emitSlidingRow({ f, module, input, output, channel, inputRow, outputRow }: Row): void {
  const first = input.taps[0]!.offset * 4;
  const rowBytes = (input.taps[3]!.offset - input.taps[0]!.offset) * 4;
  const pixelBytes = output.channels * 4;
  const weightsAt = f.let(i32.add(f.argument(1), channel));
  const w = input.taps.map((tap) => f.let(f32x4.load(weightsAt, tap.weight * pixelBytes)));
  const from = f.let(i32.add(inputRow, channel));
  const to = f.let(i32.add(outputRow, channel));
  const [x, y, z] = [f.local('v128'), f.local('v128'), f.local('v128')];
  const column = (): void => {
    f.set(x, f32x4.load(from, first));
    f.set(y, f32x4.load(from, first + rowBytes));
    f.set(z, f32x4.load(from, first + 2 * rowBytes));
    f.advance(from, pixelBytes);
  };
  const startWith = (): V128 => module.multiplyAdd(z, w[6]!, module.multiplyAdd(y, w[3]!, f32x4.multiply(x, w[0]!)));
  const addColumn = (i: number, sum: V128): V128 =>
    module.multiplyAdd(z, w[6 + i]!, module.multiplyAdd(y, w[3 + i]!, module.multiplyAdd(x, w[i]!, sum)));
  column();
  const older = f.let(startWith());
  column();
  f.set(older, addColumn(1, older));
  const newer = f.let(startWith());
  f.repeat(output.width, () => {
    column();
    f.store(to, addColumn(2, older));
    f.advance(to, pixelBytes);
    f.set(older, addColumn(1, newer));
    f.set(newer, startWith());
  });
}

function emitPlainRow({ f, module, input, output, options, channel, inputRow, outputRow }: Row): void {
  const weightsAt = f.let(i32.add(f.argument(1), channel));
  const from = f.let(i32.add(inputRow, channel));
  const to = f.let(i32.add(outputRow, channel));
  const sum = f.local('v128');
  f.repeat(output.width, () => {
    f.set(sum, options.accumulate ? f32x4.load(to) : f32x4.constant(0));
    if (options.bias) f.set(sum, f32x4.add(sum, f32x4.load(i32.add(f.argument(4), channel))));
    for (const tap of input.taps) {
      const weight = f32x4.load(weightsAt, tap.weight * output.channels * 4);
      f.set(sum, module.multiplyAdd(f32x4.load(from, tap.offset * 4), weight, sum));
    }
    f.store(to, sum);
    f.advance(from, input.stepX * 4);
    f.advance(to, output.stepX * 4);
  });
}

/**
 * `weights[t, c] += sum_p input[window(p) + offset_t, c] * gradient[p, c]`.
 * Arguments: input, gradient, weights [taps, channels], count of samples.
 */
export function depthwiseGradientKernel(
  module: ModuleBuilder,
  input: TapGeometry,
  gradient: PixelGeometry,
): FunctionBuilder {
  return module.kernel(`depthwise gradient ${JSON.stringify([input, gradient])}`, 4, (f) => {
    const slides = isSliding(input, gradient.channels) && gradient.stepX === gradient.channels;
    const batches = slides ? [input.taps] : inBatches(input.taps, 9);
    const inputRow = f.let(i32.add(f.argument(0), i32.constant(input.origin * 4)));
    const gradientRow = f.let(i32.add(f.argument(1), i32.constant(gradient.origin * 4)));
    f.repeatDynamic(f.argument(3), () => {
      f.repeat(gradient.height, () => {
        f.stride(gradient.channels * 4, 16, (channel) => {
          for (const taps of batches) {
            const target = f.let(i32.add(f.argument(2), channel));
            const offset = (tap: Tap): number => tap.weight * gradient.channels * 4;
            const sums = taps.map((tap) => f.let(f32x4.load(target, offset(tap))));
            const from = f.let(i32.add(inputRow, channel));
            const by = f.let(i32.add(gradientRow, channel));
            const row = { f, module, input, gradient, taps, sums, from, by };
            if (slides) emitSlidingGradient(row);
            else emitPlainGradient(row);
            taps.forEach((tap, i) => f.store(target, sums[i]!, offset(tap)));
          }
        });
        f.advance(inputRow, input.stepY * 4);
        f.advance(gradientRow, gradient.stepY * 4);
      });
      f.advance(inputRow, (input.sample - gradient.height * input.stepY) * 4);
      f.advance(gradientRow, (gradient.sample - gradient.height * gradient.stepY) * 4);
    });
  });
}

/** As many taps at a time as there are registers for their sums. */
function inBatches(taps: readonly Tap[], size: number): (readonly Tap[])[] {
  return taps.length === 0 ? [] : [taps.slice(0, size), ...inBatches(taps.slice(size), size)];
}

interface GradientRow {
  readonly f: FunctionBuilder;
  readonly module: ModuleBuilder;
  readonly input: TapGeometry;
  readonly gradient: PixelGeometry;
  readonly taps: readonly Tap[];
  readonly sums: readonly Local<'v128'>[];
  readonly from: Local<'i32'>;
  readonly by: Local<'i32'>;
}

/** Every input vector is loaded once and meets the three gradients that saw it. */
function emitSlidingGradient({ f, module, input, gradient, sums, from, by }: GradientRow): void {
  const first = input.taps[0]!.offset * 4;
  const rowBytes = (input.taps[3]!.offset - input.taps[0]!.offset) * 4;
  const pixelBytes = gradient.channels * 4;
  const [d0, d1, d2] = [f.let(f32x4.constant(0)), f.let(f32x4.constant(0)), f.local('v128')];
  const x = f.local('v128');
  /** Column x of the input with the gradients of pixels x (left tap), x - 1 (middle) and x - 2 (right). */
  const column = (taps: readonly number[]): void => {
    for (let row = 0; row < 3; row++) {
      f.set(x, f32x4.load(from, first + row * rowBytes));
      for (const tap of taps) {
        const sum = sums[row * 3 + tap]!;
        f.set(sum, module.multiplyAdd(x, [d0, d1, d2][tap]!, sum));
      }
    }
    f.advance(from, pixelBytes);
  };
  f.repeat(gradient.width, () => {
    f.set(d2, d1);
    f.set(d1, d0);
    f.set(d0, f32x4.load(by));
    f.advance(by, pixelBytes);
    column([0, 1, 2]);
  });
  f.set(d2, d1);
  f.set(d1, d0);
  column([1, 2]);
  f.set(d2, d1);
  column([2]);
}

function emitPlainGradient({ f, module, input, gradient, taps, sums, from, by }: GradientRow): void {
  const d = f.local('v128');
  f.repeat(gradient.width, () => {
    f.set(d, f32x4.load(by));
    taps.forEach((tap, i) => f.set(sums[i]!, module.multiplyAdd(f32x4.load(from, tap.offset * 4), d, sums[i]!)));
    f.advance(from, input.stepX * 4);
    f.advance(by, gradient.stepX * 4);
  });
}
