/**
 * The gradient of large weights, summed over the whole batch at once: first the factors of all samples, then the products, a band of
 * weights after the other. No sums of parts of the batch are kept, which would each take as much memory as the weights.
 */
import { f32x4, i32, type I32 } from '../../assembler/expression.js';
import type { FunctionBuilder, Local } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { factorFloats, factorRows, factorTemporaryBytes, type GradientTiles } from './gradientFactors.js';
import { bandsOf, bandSteps, emitBand, productTemporaryBytes, sumsFloats } from './gradientProducts.js';
import { floatsTogether, keyOf, windowsOf, type Tiling } from './tiling.js';

/** A convolution's weights, and the batch that their gradient is summed over. */
export interface BatchGradient {
  readonly tiling: Tiling;
  /** Channels, multiples of four. */
  readonly inputs: number;
  readonly outputs: number;
  /** Samples of the batch, at most. */
  readonly samples: number;
  /** Samples whose factors lie together, and whose products are added up before they are transformed back. */
  readonly samplesPerBlock: number;
}

/** Tiles whose factors should stay in the second-level cache. */
const nearTiles = 64;

/** Samples of a block, a multiple of those that are transformed together. */
export function chooseBlock({ y, x }: Tiling, samplesTogether: number): number {
  return samplesTogether * Math.max(1, Math.floor(nearTiles / (samplesTogether * y.tiles * x.tiles)));
}

/** The tiles of a block, with a row to spare, lest the factors of every point fall on the same places of a cache. */
function blockOf({ tiling, samplesPerBlock }: BatchGradient): Tiling {
  return { ...tiling, rows: tiling.y.tiles * samplesPerBlock + 1 };
}

/** Bytes from the start of a block: where the gradient's factors begin, and the next block. */
function placesOf(gradient: BatchGradient): { gradient: number; next: number } {
  const { inputs, outputs } = gradient;
  const tiling = blockOf(gradient);
  const input = factorFloats(tiling, windowsOf(tiling) * inputs) * 4;
  return { gradient: input, next: input + factorFloats(tiling, outputs) * 4 };
}

/** Bytes of the factors of the whole batch. */
export function batchFactorBytes(gradient: BatchGradient): number {
  return Math.ceil(gradient.samples / gradient.samplesPerBlock) * placesOf(gradient).next;
}

/** Bytes of memory that `batchFactorsKernel` needs to work in. */
export const batchFactorsWorkspace = ({ tiling }: BatchGradient): number => factorTemporaryBytes(tiling);

const tilesOf = ({ tiling: { y, x } }: BatchGradient): number => y.tiles * x.tiles;

/** Two kernels are the same where this is. */
const keyFor = ({ tiling, inputs, outputs, samplesPerBlock }: BatchGradient): string =>
  JSON.stringify([keyOf(tiling), inputs, outputs, samplesPerBlock]);

/**
 * Transforms some samples of one block. Arguments: input, gradient, count of samples, index of the first one in the batch, address of the
 * factors of the whole batch, memory of `batchFactorsWorkspace` bytes. The halos of input and gradient must reach as far as the tiles.
 */
export function batchFactorsKernel(
  module: ModuleBuilder,
  gradient: BatchGradient,
  images: Pick<GradientTiles, 'input' | 'gradient'>,
): FunctionBuilder {
  return module.kernel(`batch factors ${keyFor(gradient)} ${JSON.stringify(images)}`, 6, (f) => {
    const { inputs, outputs, samplesPerBlock } = gradient;
    const { gradient: behind, next } = placesOf(gradient);
    const block = f.let(i32.divideUnsigned(f.argument(3), i32.constant(samplesPerBlock)));
    const sample = f.let(i32.subtract(f.argument(3), i32.multiply(block, i32.constant(samplesPerBlock))));
    const start = f.let(i32.add(f.argument(4), i32.multiply(block, i32.constant(next))));
    const place = (channels: number, offset: number): I32 => {
      const bytes = tilesOf(gradient) * floatsTogether(module, channels) * 4;
      return i32.add(i32.add(start, i32.constant(offset)), i32.multiply(sample, i32.constant(bytes)));
    };
    const at = { input: f.argument(0), gradient: f.argument(1), temporary: f.argument(5) };
    const transform = factorRows(f, module, { tiling: blockOf(gradient), channels: inputs, ...images, at });
    const rows = i32.multiply(f.argument(2), i32.constant(gradient.tiling.y.tiles));
    transform(rows, { factors: place(inputs, 0), gradientFactors: place(outputs, behind) });
  });
}

/** How many bands of weights there are. */
export const batchBands = (module: ModuleBuilder, { outputs }: BatchGradient): number =>
  bandsOf(module, outputs).reduce((sum, { count }) => sum + count, 0);

/** Bytes of memory that `batchGradientKernel` needs to work in. */
export const batchGradientWorkspace = ({ tiling }: BatchGradient): number =>
  sumsFloats(tiling) * 4 + productTemporaryBytes(tiling);

/**
 * The gradient of one band of weights. Arguments: index of the band, address of the factors, weights [taps, inputs, outputs], which are
 * replaced, count of samples, memory of `batchGradientWorkspace` bytes.
 */
export function batchGradientKernel(module: ModuleBuilder, gradient: BatchGradient): FunctionBuilder {
  const { inputs, outputs } = gradient;
  const tiling = blockOf(gradient);
  return module.kernel(`batch gradient ${keyFor(gradient)}`, 5, (f) => {
    const factors = f.local('i32');
    const gradientFactors = f.local('i32');
    const tiles = f.local('i32');
    const weights = f.let(f.argument(2));
    const sums = f.let(f.argument(4));
    const temporary = f.let(i32.add(sums, i32.constant(sumsFloats(tiling) * 4)));
    const products = { tiling, inputs, outputs, factors, gradientFactors, weights, tiles, sums, temporary };
    const band = f.let(f.argument(0));
    let before = placesOf(gradient).gradient;
    for (const { count, ...shape } of bandsOf(module, outputs)) {
      const steps = bandSteps(module, products, shape);
      f.if(i32.lessUnsigned(band, i32.constant(count)), () => {
        f.set(weights, i32.add(weights, i32.multiply(band, i32.constant(steps.weights))));
        emitClear(f, gradient, { weights, columns: steps.weights / 4 });
        const offset = i32.add(i32.constant(before), i32.multiply(band, i32.constant(steps.factors)));
        eachBlock(f, { gradient, factors, tiles }, () => {
          f.set(gradientFactors, i32.add(factors, offset));
          emitBand(f, module, { products, ...shape });
        });
      });
      f.advance(band, -count); // behind its own run it is negative, which no unsigned number is
      f.advance(weights, count * steps.weights);
      before += count * steps.factors;
    }
  });
}

/** Sets the band's columns to zero in all rows of the weights. */
function emitClear(
  f: FunctionBuilder,
  { tiling, inputs, outputs }: BatchGradient,
  { weights, columns }: { weights: Local<'i32'>; columns: number },
): void {
  const at = f.let(weights);
  const zero = f.let(f32x4.constant(0));
  f.repeat(tiling.y.taps * tiling.x.taps * inputs, () => {
    for (let column = 0; column < columns; column += 4) f.store(at, zero, column * 4);
    f.advance(at, outputs * 4);
  });
}

/** The blocks of a batch, one after the other. */
interface Blocks {
  readonly gradient: BatchGradient;
  /** Of the block at hand: the address of its factors, and the count of its tiles. */
  readonly factors: Local<'i32'>;
  readonly tiles: Local<'i32'>;
}

/** Runs `body` for every block of the batch. */
function eachBlock(f: FunctionBuilder, { gradient, factors, tiles }: Blocks, body: () => void): void {
  const { samplesPerBlock } = gradient;
  const left = f.let(f.argument(3));
  f.set(factors, f.argument(1));
  f.while(left, () => {
    const samples = f.let(i32.minimum(left, i32.constant(samplesPerBlock)));
    f.set(tiles, i32.multiply(samples, i32.constant(tilesOf(gradient))));
    body();
    f.advance(factors, placesOf(gradient).next);
    f.set(left, i32.subtract(left, samples));
  });
}
