/** From pixels to the factors of a minimal filter: a row of tiles, each transformed along both axes. */
import { i32 } from '../../assembler/expression.js';
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import type { Matrix } from './minimalFilter.js';
import { emitPass } from './passes.js';
import { filterOf } from './subWindows.js';
import { floatsTogether, mostFloatsTogether, type Tiling } from './tiling.js';

/** A row of tiles. */
export interface TransformShape {
  /** [points, pixels of a tile] along each axis. */
  readonly matrixY: Matrix;
  readonly matrixX: Matrix;
  /** Pixels from one tile to that at its right; a tile may have more and overlap it. */
  readonly step: number;
  readonly tiles: number;
}

export interface TileTransform extends TransformShape {
  readonly channels: number;
  /** Floats in the image from a pixel to that below, and to the right. */
  readonly stepY: number;
  readonly stepX: number;
  /** Floats in the target from one point to the next, from a row of points to that below, from tile to tile, and from one register of channels to the next. */
  readonly pointStep: number;
  readonly pointRowStep: number;
  readonly tileStep: number;
  readonly groupStep: number;
}

/** The transform of the tiles that a convolution reads: of the first sub-windows, which are the longest, or of others. */
export function dataTransform({ y, x }: Tiling, pair = { y: y.windows[0]!, x: x.windows[0]! }): TransformShape {
  return {
    matrixY: filterOf(y.filter, pair.y).data,
    matrixX: filterOf(x.filter, pair.x).data,
    step: x.filter.outputs,
    tiles: x.tiles,
  };
}

/** Floats that the transform needs between its passes. */
export function temporaryFloats({ matrixY, matrixX, step, tiles }: TransformShape): number {
  return matrixY.length * ((tiles - 1) * step + matrixX[0]!.length) * mostFloatsTogether;
}

/** Arguments: the row's first pixel, target, temporary memory. */
export function tileTransformKernel(module: ModuleBuilder, transform: TileTransform): FunctionBuilder {
  return module.kernel(`tile transform ${JSON.stringify(transform)}`, 3, (f) => {
    const { matrixY, matrixX, step, tiles, channels, stepY, stepX, pointStep, pointRowStep, tileStep, groupStep } =
      transform;
    const together = floatsTogether(module, channels);
    const lanes = together / 4;
    const columns = (tiles - 1) * step + matrixX[0]!.length;
    const source = f.let(f.argument(0));
    const target = f.let(f.argument(1));
    const from = f.local('i32');
    const to = f.local('i32');
    f.repeat(channels / together, () => {
      f.set(from, source);
      f.set(to, f.argument(2));
      f.repeat(columns, () => {
        emitPass(f, module, { matrix: matrixY, lanes, from, to, inputStep: stepY, outputStep: columns * together });
        f.advance(from, stepX * 4);
        f.advance(to, together * 4);
      });
      f.set(from, f.argument(2));
      f.set(to, target);
      f.repeat(matrixY.length, () => {
        f.repeat(tiles, () => {
          emitPass(f, module, { matrix: matrixX, lanes, from, to, inputStep: together, outputStep: pointStep });
          f.advance(from, step * together * 4);
          f.advance(to, tileStep * 4);
        });
        f.advance(from, (columns - tiles * step) * together * 4);
        f.advance(to, (pointRowStep - tiles * tileStep) * 4);
      });
      f.advance(source, together * 4);
      f.set(target, i32.add(target, i32.constant(groupStep * 4)));
    });
  });
}
