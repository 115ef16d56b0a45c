/** The gradient of a convolution's weights by a minimal filter: a product over tiles for each point, transformed back. */
import { i32, type I32 } from '../../assembler/expression.js';
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import type { PixelGeometry, WindowGeometry } from '../convolution.js';
import { emitFactors, factorTemporaryFloats } from './factors.js';
import { eachPanel, mostColumns, sumRows } from './gradientProducts.js';
import { transpose } from './minimalFilter.js';
import { RowsOfTiles } from './rowsOfTiles.js';
import { tileTransformKernel, type FactorSteps } from './tileTransform.js';
import {
  blockTiles,
  floatsTogether,
  keyOf,
  largerBlocks,
  matricesOf,
  matrixStride,
  windowsOf,
  type Tiling,
} from './tiling.js';

interface Places {
  /** Floats from the start: the factors of the gradients, the sums, the memory of the transforms. */
  readonly gradients: number;
  readonly sums: number;
  readonly temporary: number;
}

const factorFloats = (tiling: Tiling, channels: number): number =>
  matrixStride(blockTiles(tiling) * matricesOf(tiling) * channels);

function placesOf(tiling: Tiling, inputs: number, outputs: number): Places {
  const gradients = factorFloats(tiling, windowsOf(tiling) * inputs);
  const sums = gradients + factorFloats(tiling, outputs);
  return { gradients, sums, temporary: sums + matricesOf(tiling) * sumRows * mostColumns };
}

/** The same tiles in larger blocks, so that sums are transformed back less often. */
export const gradientBlocks = largerBlocks;

/** Bytes of memory that the kernel needs to work in. */
export function gradientWorkspace(tiles: Tiling, inputs: number, outputs: number): number {
  const tiling = gradientBlocks(tiles);
  const { y, x } = tiling;
  const back = y.filter.taps * x.filter.points * sumRows * mostColumns;
  return 4 * (placesOf(tiling, inputs, outputs).temporary + Math.max(factorTemporaryFloats(tiling), back));
}

/**
 * The same as `convolutionGradientKernel`, but for rounding. Arguments: input, gradient, weights, count of samples, memory of
 * `gradientWorkspace` bytes. The halos of input and gradient must reach as far as the tiles.
 *
 * Reference: Lavin and Gray 2016, arXiv:1509.09308; this is the adjoint of the convolution with respect to its weights.
 */
export function winogradGradientKernel(
  module: ModuleBuilder,
  input: WindowGeometry,
  gradient: PixelGeometry,
  options: { tiling: Tiling; channels: number },
): FunctionBuilder {
  const { channels } = options;
  const tiling = gradientBlocks(options.tiling);
  const { y, x } = tiling;
  const key = `winograd gradient ${JSON.stringify([input, gradient, channels, keyOf(tiling)])}`;
  return module.kernel(key, 5, (f) => {
    const places = placesOf(tiling, channels, gradient.channels);
    const at = (floats: number): I32 => i32.add(f.argument(4), i32.constant(floats * 4));
    const temporary = f.let(at(places.temporary));
    const gradientFactors = f.let(at(places.gradients));
    const steps = factorSteps(module, tiling, channels);
    const row = { tiling, image: input, channels, steps, windowStep: (channels / steps.tileStep) * steps.groupStep };
    const { stepY, stepX } = gradient;
    const gradientTransform = tileTransformKernel(module, {
      ...{
        matrixY: transpose(y.filter.inverse),
        matrixX: transpose(x.filter.inverse),
        step: x.filter.outputs,
        tiles: x.tiles,
      },
      ...{ channels: gradient.channels, stepY, stepX, ...factorSteps(module, tiling, gradient.channels) },
    });

    const inputs = new RowsOfTiles(f, tiling, input, i32.add(f.argument(0), i32.constant(input.origin * 4)));
    const gradients = new RowsOfTiles(f, tiling, gradient, i32.add(f.argument(1), i32.constant(gradient.origin * 4)));
    const left = f.let(i32.multiply(f.argument(3), i32.constant(y.tiles)));
    const to = f.local('i32');
    f.while(left, () => {
      const rows = f.let(i32.minimum(left, i32.constant(tiling.rows)));
      f.set(to, f.argument(4));
      inputs.next(rows, () => {
        emitFactors(f, module, row, { pixel: inputs.pixel, target: to, temporary });
        f.advance(to, x.tiles * steps.tileStep * 4);
      });
      f.set(to, gradientFactors);
      gradients.next(rows, () => {
        f.call(gradientTransform, gradients.pixel, to, temporary);
        f.advance(to, x.tiles * floatsTogether(module, gradient.channels) * 4);
      });
      const tiles = f.let(i32.multiply(rows, i32.constant(x.tiles)));
      const sums = f.let(at(places.sums));
      eachPanel(f, module, {
        tiling,
        inputs: channels,
        outputs: gradient.channels,
        gradientFactors,
        tiles,
        sums,
        temporary,
      });
      f.set(left, i32.subtract(left, rows));
    });
  });
}

/** Places of a tile's factors: registers of channels, each with all points, each with all tiles. */
function factorSteps(module: ModuleBuilder, tiling: Tiling, channels: number): FactorSteps {
  const tileStep = floatsTogether(module, channels);
  const pointStep = blockTiles(tiling) * tileStep;
  const pointRowStep = pointStep * tiling.x.filter.points;
  return { tileStep, pointStep, pointRowStep, groupStep: pointStep * matricesOf(tiling) };
}
