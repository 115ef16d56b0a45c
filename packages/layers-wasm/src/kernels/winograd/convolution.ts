/** Convolution by a minimal filter: tiles are transformed, multiplied by the transformed weights, and transformed back. */
import { i32 } from '../../assembler/expression.js';
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { convolutionKernel, type PixelGeometry, type WindowGeometry } from '../convolution.js';
import { weightStride } from './filterTransform.js';
import { outputTransformKernel } from './outputTransform.js';
import { RowsOfTiles } from './rowsOfTiles.js';
import { temporaryFloats, tileTransformKernel } from './tileTransform.js';
import { blockTiles, matricesOf, matrixStride, type Tiling } from './tiling.js';

export interface WinogradOptions {
  readonly tiling: Tiling;
  /** Channels of the input, a multiple of four. */
  readonly channels: number;
  /** Add to what the output holds instead of replacing it. */
  readonly accumulate: boolean;
  /** Start from a bias per channel: one more argument, its address. */
  readonly bias: boolean;
}

/** Bytes of a block of tiles of one point: all of it, so that weights are read once. */
const blockBytes = 256 * 1024;

function placesOf(tiling: Tiling, inputs: number, outputs: number) {
  const factorStep = matrixStride(blockTiles(tiling) * inputs);
  const productStep = matrixStride(blockTiles(tiling) * outputs);
  const products = factorStep * matricesOf(tiling);
  return { factorStep, productStep, products, temporary: products + productStep * matricesOf(tiling) };
}

/** Bytes of memory that the kernel needs to work in. */
export function convolutionWorkspace(tiling: Tiling, inputs: number, outputs: number): number {
  const { y, x } = tiling;
  const first = { matrixY: y.filter.data, matrixX: x.filter.data, step: x.filter.outputs, tiles: x.tiles };
  const second = y.filter.outputs * x.filter.points * x.tiles * 8;
  return 4 * (placesOf(tiling, inputs, outputs).temporary + Math.max(temporaryFloats(first), second));
}

/**
 * The same as `convolutionKernel`, but for rounding: with weights from `filterTransformKernel` and one more argument behind the count
 * of samples, memory of `convolutionWorkspace` bytes. The input's halo must reach as far as the tiles.
 *
 * Reference: Lavin and Gray 2016, arXiv:1509.09308.
 */
export function winogradConvolutionKernel(
  module: ModuleBuilder,
  input: WindowGeometry,
  output: PixelGeometry,
  { tiling, channels, accumulate, bias }: WinogradOptions,
): FunctionBuilder {
  const { y, x } = tiling;
  const key = `winograd ${JSON.stringify([input, output, channels, accumulate, bias, y.filter.outputs, x.filter.outputs])}`;
  return module.kernel(key, bias ? 6 : 5, (f) => {
    const { factorStep, productStep, products, temporary } = placesOf(tiling, channels, output.channels);
    const factors = f.argument(4);
    const productsAt = f.let(i32.add(factors, i32.constant(products * 4)));
    const temporaryAt = f.let(i32.add(factors, i32.constant(temporary * 4)));
    const { stepY, stepX } = input;
    const transform = tileTransformKernel(module, {
      ...{
        matrixY: y.filter.data,
        matrixX: x.filter.data,
        step: x.filter.outputs,
        tiles: x.tiles,
        channels,
        stepY,
        stepX,
      },
      ...{ pointStep: factorStep, tileStep: channels, groupStep: 4 * module.vectorsTogether(channels).length },
    });
    const product = convolutionKernel(
      module,
      { origin: 0, stepY: channels, stepX: channels, sample: channels, rows: 1, length: channels, stride: 0 },
      { origin: 0, ...stepsOf(output.channels), height: 1, width: 1, channels: output.channels },
      { accumulate: false, bias: false, blockBytes },
    );
    const rest = { channels: output.channels, stepY: output.stepY, stepX: output.stepX, pointStep: productStep };
    const inverse = (rows: number): FunctionBuilder =>
      outputTransformKernel(module, { tiling, rows, ...rest, accumulate, bias });

    const sources = new RowsOfTiles(f, tiling, input, i32.add(f.argument(0), i32.constant(input.origin * 4)));
    const targets = new RowsOfTiles(f, tiling, output, i32.add(f.argument(2), i32.constant(output.origin * 4)));
    const left = f.let(i32.multiply(f.argument(3), i32.constant(y.tiles)));
    const at = f.local('i32');
    f.while(left, () => {
      const rows = f.let(i32.minimum(left, i32.constant(tiling.rows)));
      f.set(at, factors);
      sources.next(rows, () => {
        f.call(transform, sources.pixel, at, temporaryAt);
        f.advance(at, x.tiles * channels * 4);
      });
      f.set(at, factors);
      const weights = f.let(f.argument(1));
      const to = f.let(productsAt);
      const tiles = f.let(i32.multiply(rows, i32.constant(x.tiles)));
      f.repeat(matricesOf(tiling), () => {
        f.call(product, at, weights, to, tiles);
        f.advance(at, factorStep * 4);
        f.advance(weights, weightStride(channels, output.channels) * 4);
        f.advance(to, productStep * 4);
      });
      f.set(at, productsAt);
      const back = (height: number) => (): void => {
        f.call(inverse(height), at, targets.pixel, temporaryAt, ...(bias ? [f.argument(5)] : []));
        f.advance(at, x.tiles * output.channels * 4);
      };
      const { outputs } = y.filter;
      const whole = back(outputs);
      targets.next(rows, whole, y.size % outputs > 0 ? back(y.size % outputs) : whole);
      f.set(left, i32.subtract(left, rows));
    });
  });
}

const stepsOf = (channels: number): { stepY: number; stepX: number; sample: number } => ({
  stepY: channels,
  stepX: channels,
  sample: channels,
});
