/** The gradient of a convolution's weights: a matrix product over pixels. */
import { f32x4, i32 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { blockBytesFor, isOneRun, type PixelGeometry, type WindowGeometry } from './convolution.js';
import { panelsOf, tileRows } from './panels.js';
import { emitTerms } from './termLoop.js';

/** Bytes of input and gradient that a block of pixels should stay below. */
const blockBytes = 16 * 1024;

/**
 * `weights[k, n] += sum_p input[window(p), k] * gradient[p, n]`, weights row-major with `gradient.channels` columns.
 * Arguments: input, gradient, weights, count of samples.
 */
export function convolutionGradientKernel(
  module: ModuleBuilder,
  input: WindowGeometry,
  gradient: PixelGeometry,
): FunctionBuilder {
  return module.kernel(`convolution gradient ${JSON.stringify([input, gradient])}`, 4, (f) => {
    const inputBase = f.let(i32.add(f.argument(0), i32.constant(input.origin * 4)));
    const gradientBase = f.let(i32.add(f.argument(1), i32.constant(gradient.origin * 4)));
    const bytes = blockBytesFor(input.rows * input.length * gradient.channels, blockBytes);
    const block: Block = { f, module, input, gradient, inputBase, gradientBase };
    const step = gradient.stepX * 4;
    const bytesPerPixel = 4 * (Math.min(input.stepX, input.length) + gradient.channels);

    if (isOneRun(input, gradient)) {
      const pixels = Math.max(16, Math.floor(bytes / bytesPerPixel));
      const left = f.let(i32.multiply(f.argument(3), i32.constant(gradient.height * gradient.width)));
      f.while(left, () => {
        const size = f.let(i32.minimum(left, i32.constant(pixels)));
        eachTile(block, (term, pointer) => emitTerms(f, module, { term, pointer, step, count: size }));
        f.set(inputBase, i32.add(inputBase, i32.multiply(size, i32.constant(input.stepX * 4))));
        f.set(gradientBase, i32.add(gradientBase, i32.multiply(size, i32.constant(gradient.stepX * 4))));
        f.set(left, i32.subtract(left, size));
      });
      return;
    }

    const { height, width } = gradient;
    const blockRows = Math.min(height, Math.max(1, Math.floor(bytes / (bytesPerPixel * width))));
    const rowsOf = (rows: number): void => {
      eachTile(block, (term, gradientPointer, inputPointer) =>
        f.repeat(rows, () => {
          emitTerms(f, module, { term, pointer: gradientPointer, step, count: width });
          f.advance(inputPointer, (input.stepY - width * input.stepX) * 4);
          f.advance(gradientPointer, (gradient.stepY - width * gradient.stepX) * 4);
        }),
      );
      f.advance(inputBase, rows * input.stepY * 4);
      f.advance(gradientBase, rows * gradient.stepY * 4);
    };
    f.repeatDynamic(f.argument(3), () => {
      f.repeat(Math.floor(height / blockRows), () => rowsOf(blockRows));
      if (height % blockRows > 0) rowsOf(height % blockRows);
      f.advance(inputBase, (input.sample - height * input.stepY) * 4);
      f.advance(gradientBase, (gradient.sample - height * gradient.stepY) * 4);
    });
  });
}

/** The pixels at hand: all weights get the share of these before that of the next ones. */
interface Block {
  readonly f: FunctionBuilder;
  readonly module: ModuleBuilder;
  readonly input: WindowGeometry;
  readonly gradient: PixelGeometry;
  /** Addresses of the first window and of the first gradient. */
  readonly inputBase: Local<'i32'>;
  readonly gradientBase: Local<'i32'>;
}

type PixelLoop = (term: () => void, gradient: Local<'i32'>, input: Local<'i32'>) => void;

/** Goes over the weights in tiles of rows by a panel of columns, whose sums stay in registers for the whole block of pixels. */
function eachTile(block: Block, pixels: PixelLoop): void {
  const { f, module, input, gradient } = block;
  const inputRow = f.let(block.inputBase);
  const weights = f.let(f.argument(2));
  const tilesOf = (rows: number): void => {
    const gradientColumn = f.let(block.gradientBase);
    const columnsOf = (width: number): void => {
      const steps = { inputStep: input.stepX, gradientStep: gradient.stepX, weightStep: gradient.channels };
      emitGradientTile(f, module, { rows, width, inputRow, gradientColumn, weights, ...steps, pixels });
      f.advance(gradientColumn, width * 4);
      f.advance(weights, width * 4);
    };
    for (const { width, count } of panelsOf(module, gradient.channels)) f.repeat(count, () => columnsOf(width));
    f.advance(inputRow, rows * 4);
    f.advance(weights, (rows - 1) * gradient.channels * 4);
  };
  f.repeat(input.rows, () => {
    const rows = tileRows(module, gradient.channels);
    if (input.length >= rows) f.repeat(Math.floor(input.length / rows), () => tilesOf(rows));
    if (input.length % rows > 0) tilesOf(input.length % rows);
    f.advance(inputRow, (input.stride - input.length) * 4);
  });
}

/** A tile of weights, and the pixels that it is summed over. */
interface GradientTile {
  readonly rows: number;
  readonly width: number;
  /** Addresses of the first pixel's inputs and gradients, and of the weights. */
  readonly inputRow: Local<'i32'>;
  readonly gradientColumn: Local<'i32'>;
  readonly weights: Local<'i32'>;
  /** Floats from those of a pixel to those of the next, and from a row of weights to the next. */
  readonly inputStep: number;
  readonly gradientStep: number;
  readonly weightStep: number;
  readonly pixels: PixelLoop;
}

/** Adds the share of some pixels to a tile of weights, which stay in registers meanwhile. */
export function emitGradientTile(f: FunctionBuilder, module: ModuleBuilder, tile: GradientTile): void {
  const vectors = tile.width / 4;
  const offset = (row: number, vector: number): number => (row * tile.weightStep + vector * 4) * 4;
  const sums = Array.from({ length: tile.rows }, (_, row) =>
    Array.from({ length: vectors }, (_, v) => f.let(f32x4.load(tile.weights, offset(row, v)))),
  );
  const inputPointer = f.let(tile.inputRow);
  const gradientPointer = f.let(tile.gradientColumn);
  const pixel = (): void => {
    const gradients = Array.from({ length: vectors }, (_, v) => f.let(f32x4.load(gradientPointer, v * 16)));
    sums.forEach((rowSums, row) => {
      const factor = f.let(f32x4.loadSplat(inputPointer, row * 4));
      rowSums.forEach((sum, v) => f.set(sum, module.multiplyAdd(factor, gradients[v]!, sum)));
    });
    f.advance(inputPointer, tile.inputStep * 4);
    f.advance(gradientPointer, tile.gradientStep * 4);
  };
  tile.pixels(pixel, gradientPointer, inputPointer);
  sums.forEach((rowSums, row) => rowSums.forEach((sum, v) => f.store(tile.weights, sum, offset(row, v))));
}
