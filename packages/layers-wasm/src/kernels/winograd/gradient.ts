/** The gradient of a convolution's weights by a minimal filter: a product over tiles for each point, transformed back. */
import { i32, type I32 } from '../../assembler/expression.js';
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { factorFloats, factorRows, factorTemporaryBytes, type GradientTiles } from './gradientFactors.js';
import { eachBand, productTemporaryBytes, sumsFloats } from './gradientProducts.js';
import { keyOf, largerBlocks, windowsOf, type Tiling } from './tiling.js';

interface Places {
  /** Floats from the start: the factors of the gradients, the sums, the memory of the transforms. */
  readonly gradients: number;
  readonly sums: number;
  readonly temporary: number;
}

function placesOf(tiling: Tiling, inputs: number, outputs: number): Places {
  const gradients = factorFloats(tiling, windowsOf(tiling) * inputs);
  const sums = gradients + factorFloats(tiling, outputs);
  return { gradients, sums, temporary: sums + sumsFloats(tiling) };
}

/** The same tiles in larger blocks, so that sums are transformed back less often. */
export const gradientBlocks = largerBlocks;

/** Bytes of memory that the kernel needs to work in. */
export function gradientWorkspace(tiles: Tiling, inputs: number, outputs: number): number {
  const tiling = gradientBlocks(tiles);
  const temporary = Math.max(factorTemporaryBytes(tiling), productTemporaryBytes(tiling));
  return 4 * placesOf(tiling, inputs, outputs).temporary + temporary;
}

/**
 * The same as `convolutionGradientKernel`, but for rounding. Arguments: input, gradient, weights, count of samples, memory of
 * `gradientWorkspace` bytes. The halos of input and gradient must reach as far as the tiles.
 *
 * Reference: Lavin and Gray 2016, arXiv:1509.09308; this is the adjoint of the convolution with respect to its weights.
 */
export function winogradGradientKernel(module: ModuleBuilder, tiles: GradientTiles): FunctionBuilder {
  const { input, channels, gradient } = tiles;
  const tiling = gradientBlocks(tiles.tiling);
  const { y, x } = tiling;
  const key = `winograd gradient ${JSON.stringify([input, gradient, channels, keyOf(tiling)])}`;
  return module.kernel(key, 5, (f) => {
    const places = placesOf(tiling, channels, gradient.channels);
    const at = (floats: number): I32 => i32.add(f.argument(4), i32.constant(floats * 4));
    const temporary = f.let(at(places.temporary));
    const factors = f.let(f.argument(4));
    const gradientFactors = f.let(at(places.gradients));
    const images = { input: f.argument(0), gradient: f.argument(1), temporary };
    const transform = factorRows(f, module, { ...tiles, tiling, at: images });
    const products = {
      ...{ tiling, inputs: channels, outputs: gradient.channels, factors, gradientFactors, temporary },
      ...{ weights: f.let(f.argument(2)), tiles: f.local('i32'), sums: f.let(at(places.sums)) },
    };
    const left = f.let(i32.multiply(f.argument(3), i32.constant(y.tiles)));
    f.while(left, () => {
      const rows = f.let(i32.minimum(left, i32.constant(tiling.rows)));
      transform(rows, { factors, gradientFactors });
      f.set(products.tiles, i32.multiply(rows, i32.constant(x.tiles)));
      eachBand(f, module, products);
      f.set(left, i32.subtract(left, rows));
    });
  });
}
