/** Convolution as a matrix product over the pixels of a window: the kernel behind Conv2D, pointwise convolutions, Dense and input gradients. */
import { f32x4, i32, type I32, type V128 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { finishArguments, openFinish, type Finish } from './finish.js';
import { panelsOf, tileRows } from './panels.js';
import { emitTerms } from './termLoop.js';

/** Where the windows of a convolution lie, in floats from the start of a sample. */
export interface WindowGeometry {
  /** Start of the window of output pixel (0, 0). */
  readonly origin: number;
  /** From the window of one output pixel to that below, to the right, and of the next sample. */
  readonly stepY: number;
  readonly stepX: number;
  readonly sample: number;
  /** A window is `rows` runs of `length` floats, `stride` apart. */
  readonly rows: number;
  readonly length: number;
  readonly stride: number;
}

/** Where output pixels (or their gradients) lie, in floats from the start of a sample. */
export interface PixelGeometry {
  readonly origin: number;
  readonly stepY: number;
  readonly stepX: number;
  readonly sample: number;
  readonly height: number;
  readonly width: number;
  /** Channels, a multiple of four. */
  readonly channels: number;
}

/** Bytes of input that a block of rows should stay below, so that it stays in the first-level cache. */
const blockBytes = 12 * 1024;

/** The same for weights of more than `mostNearBytes`: they are read again for every block, which must be worth it. */
const largeBlockBytes = 192 * 1024;
const mostNearBytes = 512 * 1024;

/** Bytes of a block for a matrix of so many weights. */
export function blockBytesFor(weights: number, usual: number): number {
  return weights * 4 > mostNearBytes ? largeBlockBytes : usual;
}

/** Where a convolution reads and writes: one window for each output pixel. */
export interface ConvolutionGeometry {
  readonly input: WindowGeometry;
  readonly output: PixelGeometry;
}

/** True when windows and pixels of all samples form one run with constant steps. */
export function isOneRun(input: WindowGeometry, output: PixelGeometry): boolean {
  const { width, height } = output;
  return (
    input.stepY === input.stepX * width &&
    output.stepY === output.stepX * width &&
    input.sample === input.stepY * height &&
    output.sample === output.stepY * height
  );
}

interface Panel {
  /** Output channels. */
  readonly width: number;
  readonly input: Local<'i32'>;
  readonly weights: Local<'i32'>;
  readonly output: Local<'i32'>;
  /** Bytes from channel 0 to the panel's first. */
  readonly offset: Local<'i32'>;
}

interface ConvolutionOptions {
  /** Add to what the output holds instead of replacing it. */
  readonly accumulate: boolean;
  /** Start from a bias per channel: one more argument, its address. */
  readonly bias: boolean;
  /** What happens to the sums before they are stored. */
  readonly finish?: Finish | undefined;
  /** Bytes of input that a block of pixels should stay below, if not what suits the weights. */
  readonly blockBytes?: number;
  /** Rows of the weight matrix from one run of a window to the next and in all, if it has some that the windows pass over. */
  readonly weightRows?: { readonly run: number; readonly all: number };
}

/**
 * `output[p, n] = sum_k input[window(p), k] * weights[k, n]`.
 * Arguments: input, weights, output, count of samples, the bias address if there is one, and those of the finish.
 * Weights come in panels of output channels: see packing.ts.
 */
export function convolutionKernel(
  module: ModuleBuilder,
  { input, output }: ConvolutionGeometry,
  options: ConvolutionOptions,
): FunctionBuilder {
  const key = `convolution ${JSON.stringify([input, output, options])}`;
  return module.kernel(key, (options.bias ? 5 : 4) + finishArguments(options.finish), (f) => {
    const product: Product = {
      ...{ f, module, input, output, options },
      inputBase: f.let(i32.add(f.argument(0), i32.constant(input.origin * 4))),
      outputBase: f.let(i32.add(f.argument(2), i32.constant(output.origin * 4))),
      inputPointer: f.local('i32'),
      outputPointer: f.local('i32'),
    };
    if (isOneRun(input, output)) emitRun(product);
    else emitRows(product);
  });
}

interface Product extends ConvolutionGeometry {
  readonly f: FunctionBuilder;
  readonly module: ModuleBuilder;
  readonly options: ConvolutionOptions;
  /** First window and first pixel of the block at hand. */
  readonly inputBase: Local<'i32'>;
  readonly outputBase: Local<'i32'>;
  /** Those of the tile at hand. */
  readonly inputPointer: Local<'i32'>;
  readonly outputPointer: Local<'i32'>;
}

/** Bytes of input in a block: more where weights are large. */
function bytesOfBlock({ input, output, options }: Product): number {
  return options.blockBytes ?? blockBytesFor(input.rows * input.length * output.channels, blockBytes);
}

/** Runs `body` for every panel of weights, from the start of the block at hand. */
function eachPanel(product: Product, body: (panel: Panel) => void): void {
  const { f, module, input, output, options, inputPointer, outputPointer } = product;
  const weights = f.let(f.argument(1));
  const offset = f.let(i32.constant(0));
  for (const { width, count } of panelsOf(module, output.channels)) {
    f.repeat(count, () => {
      f.set(inputPointer, product.inputBase);
      f.set(outputPointer, i32.add(product.outputBase, offset));
      body({ width, input: inputPointer, weights, output: outputPointer, offset });
      f.advance(weights, (options.weightRows?.all ?? input.rows * input.length) * width * 4);
      f.advance(offset, width * 4);
    });
  }
}

/** The pixels of all samples, which form one run, in blocks. */
function emitRun(product: Product): void {
  const { f, module, input, output, inputBase, outputBase } = product;
  const pixels = bytesOfBlock(product) / (4 * Math.max(1, input.stepX));
  const block = Math.max(12, Math.floor(pixels / 12) * 12); // tiles of 4 or 6
  const left = f.let(i32.multiply(f.argument(3), i32.constant(output.height * output.width)));
  f.while(left, () => {
    const size = f.let(i32.minimum(left, i32.constant(block)));
    eachPanel(product, (panel) => {
      const todo = f.let(size);
      for (const rows of new Set([tileRows(module, panel.width), 4, 1])) {
        f.while(i32.greaterOrEqualSigned(todo, i32.constant(rows)), () => {
          emitTile(product, rows, panel);
          f.advance(todo, -rows);
        });
      }
    });
    f.set(inputBase, i32.add(inputBase, i32.multiply(size, i32.constant(input.stepX * 4))));
    f.set(outputBase, i32.add(outputBase, i32.multiply(size, i32.constant(output.stepX * 4))));
    f.set(left, i32.subtract(left, size));
  });
}

/** Sample by sample, in blocks of rows of pixels. */
function emitRows(product: Product): void {
  const { f, module, input, output, inputBase, outputBase, inputPointer, outputPointer } = product;
  const { height, width } = output;
  const blockRows = Math.min(height, Math.max(1, Math.floor(bytesOfBlock(product) / (4 * Math.max(1, input.stepY)))));
  const rowsOf = (rows: I32): void => {
    eachPanel(product, (panel) => {
      f.repeatDynamic(rows, () => {
        for (const { size, count } of evenTiles(width, tileRows(module, panel.width))) {
          f.repeat(count, () => emitTile(product, size, panel));
        }
        f.advance(inputPointer, (input.stepY - width * input.stepX) * 4);
        f.advance(outputPointer, (output.stepY - width * output.stepX) * 4);
      });
    });
    f.set(inputBase, i32.add(inputBase, i32.multiply(rows, i32.constant(input.stepY * 4))));
    f.set(outputBase, i32.add(outputBase, i32.multiply(rows, i32.constant(output.stepY * 4))));
  };
  const left = f.local('i32');
  f.repeatDynamic(f.argument(3), () => {
    f.set(left, i32.constant(height));
    f.while(left, () => {
      const rows = f.let(i32.minimum(left, i32.constant(blockRows)));
      rowsOf(rows);
      f.set(left, i32.subtract(left, rows));
    });
    f.advance(inputBase, (input.sample - height * input.stepY) * 4);
    f.advance(outputBase, (output.sample - height * output.stepY) * 4);
  });
}

/** A row of `width` pixels as few tiles of at most `most`, which differ by a pixel: the sums of a small one wait for each other. */
function evenTiles(width: number, most: number): { size: number; count: number }[] {
  const count = Math.ceil(width / most);
  const size = Math.floor(width / count);
  const larger = width - size * count;
  return [
    { size: size + 1, count: larger },
    { size, count: count - larger },
  ].filter((tiles) => tiles.count > 0);
}

/** `rows` pixels by one panel, sums in registers; moves the panel's input and output pointers behind the pixels. */
function emitTile({ f, module, input, output, options }: Product, rows: number, panel: Panel): void {
  const vectors = panel.width / 4;
  const biasAt = options.bias ? f.let(i32.add(f.argument(4), panel.offset)) : undefined;
  // A host joins two sums that begin as one zero, and some only if no other sums do.
  const zeros = new Map<string, Local<'v128'>>();
  const zero = (row: number, vector: number): V128 => {
    const key = module.vectorsPerRegister === 2 ? `${row} ${vector >> 1}` : '';
    if (!zeros.has(key)) zeros.set(key, f.let(f32x4.constant(0)));
    return zeros.get(key)!;
  };
  const start = (row: number, vector: number): V128 => {
    const held = f32x4.load(panel.output, (row * output.stepX + vector * 4) * 4);
    if (!biasAt) return options.accumulate ? held : zero(row, vector);
    const bias = f32x4.load(biasAt, vector * 16);
    return options.accumulate ? f32x4.add(held, bias) : bias;
  };
  const sums = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: vectors }, (_, v) => f.let(start(row, v))),
  );
  const depth = input.rows * input.length;
  if (depth > 0) {
    const at = f.let(panel.input);
    const weights = f.let(panel.weights);
    const term = (): void => {
      const factors = Array.from({ length: vectors }, (_, v) => f.let(f32x4.load(weights, v * 16)));
      sums.forEach((rowSums, row) => {
        const factor = f.let(f32x4.loadSplat(at, row * input.stepX * 4));
        rowSums.forEach((sum, v) => f.set(sum, module.multiplyAdd(factor, factors[v]!, sum)));
      });
      f.advance(at, 4);
      f.advance(weights, panel.width * 4);
    };
    f.repeat(input.rows, () => {
      emitTerms(f, module, { term, pointer: weights, step: panel.width * 4, count: input.length });
      f.advance(at, (input.stride - input.length) * 4);
      if (options.weightRows) f.advance(weights, (options.weightRows.run - input.length) * panel.width * 4);
    });
  }
  const finished = { finish: options.finish, argument: options.bias ? 5 : 4, offset: panel.offset, vectors };
  const finish = openFinish(f, module, finished);
  sums.forEach((rowSums, row) => {
    rowSums.forEach((sum, v) => f.store(panel.output, finish(sum, v), (row * output.stepX + v * 4) * 4));
  });
  f.advance(panel.input, rows * input.stepX * 4);
  f.advance(panel.output, rows * output.stepX * 4);
}
