/** The weight gradient of a depthwise convolution. */
import { f32x4, i32, type V128 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { PixelGeometry } from './convolution.js';
import { isSliding, type Tap, type TapGeometry } from './taps.js';
import { zeroRegister } from './zeroRegister.js';

type Vectors = readonly Local<'v128'>[];

/** As many sums as stay in registers beside the inputs and gradients of a step. */
const mostSums = { sliding: 6, plain: 9 };

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
    const batches = inBatches(input.taps, slides ? mostSums.sliding : mostSums.plain);
    const lanes = module.vectorsTogether(gradient.channels);
    const inputRow = f.let(i32.add(f.argument(0), i32.constant(input.origin * 4)));
    const gradientRow = f.let(i32.add(f.argument(1), i32.constant(gradient.origin * 4)));
    f.repeatDynamic(f.argument(3), () => {
      f.repeat(gradient.height, () => {
        f.stride(gradient.channels * 4, 16 * lanes.length, (channel) => {
          for (const taps of batches) {
            const target = f.let(i32.add(f.argument(2), channel));
            const offset = (tap: Tap, lane: number): number => tap.weight * gradient.channels * 4 + lane * 16;
            const sums = taps.map((tap) => lanes.map((lane) => f.let(f32x4.load(target, offset(tap, lane)))));
            const from = f.let(i32.add(inputRow, channel));
            const by = f.let(i32.add(gradientRow, channel));
            const row = { f, module, input, gradient, taps, lanes, sums, from, by };
            if (slides) emitSlidingGradient(row);
            else emitPlainGradient(row);
            taps.forEach((tap, i) => sums[i]!.forEach((sum, lane) => f.store(target, sum, offset(tap, lane))));
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
  readonly lanes: readonly number[];
  /** Per tap and lane. */
  readonly sums: readonly Vectors[];
  readonly from: Local<'i32'>;
  readonly by: Local<'i32'>;
}

/** Every input vector is loaded once and meets the three gradients that saw it. */
function emitSlidingGradient({ f, module, gradient, taps, lanes, sums, from, by }: GradientRow): void {
  const rows = taps.filter((_, i) => i % 3 === 0);
  const pixelBytes = gradient.channels * 4;
  // Gradients of the pixels whose windows have the input column at hand on the left, in the middle and on the right.
  const [left, middle, right] = [0, 1, 2].map(() => zeroRegister(f, lanes.length));
  const shift = (next: readonly V128[]): void => {
    lanes.forEach((lane) => f.set(right![lane]!, middle![lane]!));
    lanes.forEach((lane) => f.set(middle![lane]!, left![lane]!));
    next.forEach((value, lane) => f.set(left![lane]!, value));
  };
  const gradients = [left!, middle!, right!];
  const meet = (columns: readonly number[]): void => {
    rows.forEach((tap, row) => {
      const x = lanes.map((lane) => f.let(f32x4.load(from, tap.offset * 4 + lane * 16)));
      for (const column of columns) {
        sums[row * 3 + column]!.forEach((sum, lane) => {
          f.set(sum, module.multiplyAdd(x[lane]!, gradients[column]![lane]!, sum));
        });
      }
    });
    f.advance(from, pixelBytes);
  };
  f.repeat(gradient.width, () => {
    shift(lanes.map((lane) => f32x4.load(by, lane * 16)));
    f.advance(by, pixelBytes);
    meet([0, 1, 2]);
  });
  shift([]);
  meet([1, 2]);
  shift([]);
  meet([2]);
}

function emitPlainGradient({ f, module, input, gradient, taps, lanes, sums, from, by }: GradientRow): void {
  f.repeat(gradient.width, () => {
    const gradients = lanes.map((lane) => f.let(f32x4.load(by, lane * 16)));
    taps.forEach((tap, i) => {
      sums[i]!.forEach((sum, lane) => {
        f.set(sum, module.multiplyAdd(f32x4.load(from, tap.offset * 4 + lane * 16), gradients[lane]!, sum));
      });
    });
    f.advance(from, input.stepX * 4);
    f.advance(by, gradient.stepX * 4);
  });
}
