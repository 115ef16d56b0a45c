/** The factors that a weight gradient is a product of: those of the input's tiles, and of its gradient's. */
import type { I32 } from '../../assembler/expression.js';
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import type { PixelGeometry, WindowGeometry } from '../convolution.js';
import { emitFactors, factorTemporaryFloats } from './factors.js';
import { transpose } from './minimalFilter.js';
import { RowsOfTiles } from './rowsOfTiles.js';
import { tileTransformKernel, type FactorSteps } from './tileTransform.js';
import { blockTiles, floatsTogether, matricesOf, matrixStride, type Tiling } from './tiling.js';

export interface GradientTiles {
  /** Its blocks have room for all tiles whose factors lie side by side. */
  readonly tiling: Tiling;
  readonly input: WindowGeometry;
  /** Of the input, a multiple of four. */
  readonly channels: number;
  readonly gradient: PixelGeometry;
}

/** The tiles of samples that lie at known addresses. */
export interface PlacedTiles extends GradientTiles {
  /** Of the first sample in both tensors, and of memory of `factorTemporaryBytes` bytes. */
  readonly at: { readonly input: I32; readonly gradient: I32; readonly temporary: I32 };
}

/** Floats of the factors of a block of tiles with so many channels. */
export const factorFloats = (tiling: Tiling, channels: number): number =>
  matrixStride(blockTiles(tiling) * matricesOf(tiling) * channels);

/** Bytes of memory that the transforms need between their passes. */
export const factorTemporaryBytes = (tiling: Tiling): number => factorTemporaryFloats(tiling) * 4;

/** Where the factors of the first tile go. */
export interface FactorPlaces {
  readonly factors: I32;
  readonly gradientFactors: I32;
}

/** Starts at the first sample; what is returned emits the transforms of the next so many rows of tiles. */
export function factorRows(
  f: FunctionBuilder,
  module: ModuleBuilder,
  { tiling, input, channels, gradient, at }: PlacedTiles,
): (rows: I32, places: FactorPlaces) => void {
  const { y, x } = tiling;
  const steps = factorSteps(module, tiling, channels);
  const windowStep = (channels / steps.tileStep) * steps.groupStep;
  const row = { tiling, image: input, channels, steps, windowStep, temporary: at.temporary };
  const { stepY, stepX } = gradient;
  const gradientTransform = tileTransformKernel(module, {
    ...{ matrixY: transpose(y.filter.inverse), matrixX: transpose(x.filter.inverse) },
    ...{ step: x.filter.outputs, tiles: x.tiles, channels: gradient.channels, stepY, stepX },
    ...factorSteps(module, tiling, gradient.channels),
  });
  const inputs = new RowsOfTiles(f, tiling, { ...input, address: at.input });
  const gradients = new RowsOfTiles(f, tiling, { ...gradient, address: at.gradient });
  const to = f.local('i32');
  return (rows, { factors, gradientFactors }) => {
    f.set(to, factors);
    inputs.next(rows, () => {
      emitFactors(f, module, { ...row, pixel: inputs.pixel, target: to });
      f.advance(to, x.tiles * steps.tileStep * 4);
    });
    f.set(to, gradientFactors);
    gradients.next(rows, () => {
      f.call(gradientTransform, gradients.pixel, to, at.temporary);
      f.advance(to, x.tiles * floatsTogether(module, gradient.channels) * 4);
    });
  };
}

/** Places of a tile's factors: registers of channels, each with all points, each with all tiles. */
function factorSteps(module: ModuleBuilder, tiling: Tiling, channels: number): FactorSteps {
  const tileStep = floatsTogether(module, channels);
  const pointStep = blockTiles(tiling) * tileStep;
  const pointRowStep = pointStep * tiling.x.filter.points;
  return { tileStep, pointStep, pointRowStep, groupStep: pointStep * matricesOf(tiling) };
}
