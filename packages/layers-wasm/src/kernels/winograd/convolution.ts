/** Convolution by a minimal filter: tiles are transformed, multiplied by the transformed weights, and transformed back. */
import { i32, type I32 } from '../../assembler/expression.js';
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { convolutionKernel, type ConvolutionGeometry } from '../convolution.js';
import { finishArguments, type Finish } from '../finish.js';
import { emitFactors, factorTemporaryFloats } from './factors.js';
import { transformedFloats, weightStride } from './filterTransform.js';
import { outputTransformKernel } from './outputTransform.js';
import { RowsOfTiles } from './rowsOfTiles.js';
import type { FactorSteps } from './tileTransform.js';
import {
  blockTiles,
  floatsTogether,
  keyOf,
  largerBlocks,
  matricesOf,
  matrixStride,
  mostFloatsInTurn,
  pointRuns,
  windowsOf,
  type Tiling,
} from './tiling.js';

export interface WinogradOptions {
  readonly tiling: Tiling;
  /** Channels of the input, a multiple of four. */
  readonly channels: number;
  /** Add to what the output holds instead of replacing it. */
  readonly accumulate: boolean;
  /** Start from a bias per channel: one more argument, its address. */
  readonly bias: boolean;
  /** What happens to the sums before they are stored. */
  readonly finish?: Finish | undefined;
}

/** Bytes of a block of tiles of one point: all of it, so that weights are read once. */
const blockBytes = 256 * 1024;

/** Bytes of transformed weights that the second-level cache does not hold: a block of more tiles reads them less often. */
const farWeightBytes = 2 * 1024 * 1024;

/** The tiles in the blocks that suit a convolution between so many channels. */
export function convolutionBlocks(tiling: Tiling, inputs: number, outputs: number): Tiling {
  return transformedFloats(tiling, inputs, outputs) * 4 > farWeightBytes ? largerBlocks(tiling) : tiling;
}

/** Floats from the start of the workspace, where the factors are, and between the matrices of its points. */
function placesOf(tiling: Tiling, inputs: number, outputs: number) {
  const factorStep = matrixStride(blockTiles(tiling) * windowsOf(tiling) * inputs);
  const productStep = matrixStride(blockTiles(tiling) * outputs);
  const products = factorStep * matricesOf(tiling);
  return { factorStep, productStep, products, temporary: products + productStep * matricesOf(tiling) };
}

/** Bytes of memory that the kernel needs to work in. */
export function convolutionWorkspace(tiles: Tiling, inputs: number, outputs: number): number {
  const tiling = convolutionBlocks(tiles, inputs, outputs);
  const { y, x } = tiling;
  const inverse = y.filter.outputs * x.filter.points * x.tiles * mostFloatsInTurn;
  return 4 * (placesOf(tiling, inputs, outputs).temporary + Math.max(factorTemporaryFloats(tiling), inverse));
}

/**
 * The same as `convolutionKernel`, but for rounding: with weights from `filterTransformKernel` and one more argument behind the count
 * of samples, memory of `convolutionWorkspace` bytes. The input's halo must reach as far as the tiles.
 *
 * Reference: Lavin and Gray 2016, arXiv:1509.09308.
 */
export function winogradConvolutionKernel(
  module: ModuleBuilder,
  { input, output }: ConvolutionGeometry,
  options: WinogradOptions,
): FunctionBuilder {
  const { channels, accumulate, bias, finish } = options;
  const tiling = convolutionBlocks(options.tiling, channels, output.channels);
  const { y, x } = tiling;
  const key = `winograd ${JSON.stringify([input, output, channels, accumulate, bias, finish, keyOf(tiling)])}`;
  const more = (bias ? 1 : 0) + finishArguments(finish);
  return module.kernel(key, 5 + more, (f) => {
    const places = placesOf(tiling, channels, output.channels);
    const { factorStep, productStep } = places;
    const factors = f.argument(4);
    const products = f.let(i32.add(factors, i32.constant(places.products * 4)));
    const temporary = f.let(i32.add(factors, i32.constant(places.temporary * 4)));
    const steps = factorSteps(module, { tiling, channels, factorStep });
    const row = { tiling, image: input, channels, steps, windowStep: channels, temporary };
    const { stepY, stepX } = output;
    const back = { tiling, channels: output.channels, stepY, stepX, pointStep: productStep, accumulate, bias, finish };

    const sources = new RowsOfTiles(f, tiling, { ...input, address: f.argument(0) });
    const targets = new RowsOfTiles(f, tiling, { ...output, address: f.argument(2) });
    const left = f.let(i32.multiply(f.argument(3), i32.constant(y.tiles)));
    const at = f.local('i32');
    f.while(left, () => {
      const rows = f.let(i32.minimum(left, i32.constant(tiling.rows)));
      f.set(at, factors);
      sources.next(rows, () => {
        emitFactors(f, module, { ...row, pixel: sources.pixel, target: at });
        f.advance(at, x.tiles * steps.tileStep * 4);
      });
      const tiles = f.let(i32.multiply(rows, i32.constant(x.tiles)));
      const matrices = { tiling, channels, outputs: output.channels, factorStep, productStep };
      emitProducts(f, module, { ...matrices, factors, weights: f.argument(1), products, tiles });
      f.set(at, products);
      const write = (height: number) => (): void => {
        const inverse = outputTransformKernel(module, { ...back, rows: height });
        f.call(inverse, at, targets.pixel, temporary, ...Array.from({ length: more }, (_, i) => f.argument(5 + i)));
        f.advance(at, x.tiles * output.channels * 4);
      };
      const { outputs } = y.filter;
      const whole = write(outputs);
      targets.next(rows, whole, y.size % outputs > 0 ? write(y.size % outputs) : whole);
      f.set(left, i32.subtract(left, rows));
    });
  });
}

/** The matrices of all points. */
interface Matrices {
  readonly tiling: Tiling;
  readonly channels: number;
  readonly outputs: number;
  /** Floats between the matrices of neighbouring points. */
  readonly factorStep: number;
  readonly productStep: number;
  /** Addresses of the first point's. */
  readonly factors: I32;
  readonly weights: I32;
  readonly products: I32;
  /** How many tiles have factors. */
  readonly tiles: I32;
}

/** Multiplies the factors of some tiles by the weights, point by point. */
function emitProducts(f: FunctionBuilder, module: ModuleBuilder, matrices: Matrices): void {
  const { tiling, channels, outputs, factorStep, productStep, factors, weights, products, tiles } = matrices;
  const at = f.let(factors);
  const by = f.let(weights);
  const to = f.let(products);
  for (const down of pointRuns(tiling.y)) {
    f.repeat(down.points, () => {
      for (const along of pointRuns(tiling.x)) {
        const windows = { rows: down.windows, columns: along.windows };
        const product = pointProduct(module, { tiling, windows, channels, outputs });
        f.repeat(along.points, () => {
          f.call(product, at, by, to, tiles);
          f.advance(at, factorStep * 4);
          f.advance(by, weightStride(windowsOf(tiling) * channels, outputs) * 4);
          f.advance(to, productStep * 4);
        });
      }
    });
  }
}

/** The factors of a point are a matrix [tiles, sub-windows, channels]. */
function factorSteps(
  module: ModuleBuilder,
  { tiling, channels, factorStep }: { tiling: Tiling; channels: number; factorStep: number },
): FactorSteps {
  return {
    pointStep: factorStep,
    pointRowStep: factorStep * tiling.x.filter.points,
    tileStep: windowsOf(tiling) * channels,
    groupStep: floatsTogether(module, channels),
  };
}

interface PointProduct {
  readonly tiling: Tiling;
  /** Sub-windows that contribute to the point, from the first on. */
  readonly windows: { readonly rows: number; readonly columns: number };
  readonly channels: number;
  readonly outputs: number;
}

/** The product of one point: `products[tile, n] = sum_k factors[tile, k] * weights[k, n]`, any count of tiles. */
function pointProduct(module: ModuleBuilder, { tiling, windows, channels, outputs }: PointProduct): FunctionBuilder {
  const { y, x } = tiling;
  const steps = (floats: number) => ({ origin: 0, stepY: floats, stepX: floats, sample: floats });
  const row = x.windows.length * channels;
  const depth = y.windows.length * row;
  const whole = windows.columns * channels === row;
  const window = whole
    ? { rows: 1, length: windows.rows * row, stride: 0 }
    : { rows: windows.rows, length: windows.columns * channels, stride: row };
  const input = { ...steps(depth), ...window };
  const output = { ...steps(outputs), height: 1, width: 1, channels: outputs };
  const weightRows = { run: window.stride, all: depth };
  return convolutionKernel(module, { input, output }, { accumulate: false, bias: false, blockBytes, weightRows });
}
