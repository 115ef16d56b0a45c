/** The factors that a convolution's input has: for each point, those of all sub-windows of all tiles. */
import { i32, type I32 } from '../../assembler/expression.js';
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import type { WindowGeometry } from '../convolution.js';
import { filterOf, type SubWindow } from './subWindows.js';
import {
  temporaryFloats,
  tileTransformKernel,
  type FactorSteps,
  type NextTile,
  type TransformShape,
} from './tileTransform.js';
import { mostFloatsInTurn, type TileAxis, type Tiling } from './tiling.js';

/** The factors of a row of tiles. */
export interface RowOfFactors {
  readonly tiling: Tiling;
  /** Of the input. */
  readonly image: WindowGeometry;
  readonly channels: number;
  readonly steps: FactorSteps;
  /** Floats from the factors of one pair of sub-windows to those of the next. */
  readonly windowStep: number;
  /** Address of the pixel that the first tile's window begins at. */
  readonly pixel: I32;
  /** Address that the factors go to. */
  readonly target: I32;
  /** Address of memory for `factorTemporaryFloats` floats. */
  readonly temporary: I32;
}

/** True where the second sub-window of a tile reads what the first one of its neighbour reads. */
const readsNeighbour = ({ filter, step, windows }: TileAxis): boolean =>
  step === 1 && windows.length === 2 && windows[1]!.first === filter.outputs;

/** The transform of a row of tiles for a sub-window along y and, along x, the first one or another. */
function shapeOf({ y, x }: Tiling, yWindow: SubWindow, xWindow: SubWindow): TransformShape {
  return {
    matrixY: filterOf(y.filter, yWindow).data,
    matrixX: filterOf(x.filter, xWindow).data,
    step: x.filter.outputs,
    tiles: x.tiles,
  };
}

/** Bytes are four times as many: what the transforms need between their passes. */
export function factorTemporaryFloats(tiling: Tiling): number {
  const shape = shapeOf(tiling, tiling.y.windows[0]!, tiling.x.windows[0]!);
  return temporaryFloats(shape) + shape.matrixY.length * shape.step * mostFloatsInTurn;
}

/** Transforms a row of tiles. */
export function emitFactors(f: FunctionBuilder, module: ModuleBuilder, row: RowOfFactors): void {
  const { tiling, image, channels, steps, windowStep, pixel, target, temporary } = row;
  const { y, x } = tiling;
  const [, second] = x.windows;
  const shared = second && readsNeighbour(x);
  const next: NextTile | undefined = shared
    ? { matrix: filterOf(x.filter, second).data, offset: windowStep - steps.tileStep }
    : undefined;
  y.windows.forEach((yWindow, down) => {
    (shared ? x.windows.slice(0, 1) : x.windows).forEach((xWindow, across) => {
      const { stepY, stepX } = image;
      const transform = { ...shapeOf(tiling, yWindow, xWindow), ...steps, next, channels, stepY, stepX };
      const first = yWindow.first * image.stride + xWindow.first * channels;
      const place = (down * x.windows.length + across) * windowStep;
      const kernel = tileTransformKernel(module, transform);
      f.call(kernel, i32.add(pixel, i32.constant(first * 4)), i32.add(target, i32.constant(place * 4)), temporary);
    });
  });
}
