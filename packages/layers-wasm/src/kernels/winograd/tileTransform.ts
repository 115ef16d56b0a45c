/** From pixels to the factors of a minimal filter: a row of tiles, each transformed along both axes. */
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import type { Matrix } from './minimalFilter.js';
import { emitPass } from './passes.js';
import { floatsTogether, mostFloatsInTurn, registersInTurn } from './tiling.js';

/** A row of tiles. */
export interface TransformShape {
  /** [points, pixels of a tile] along each axis. */
  readonly matrixY: Matrix;
  readonly matrixX: Matrix;
  /** Pixels from one tile to that at its right; a tile may have more and overlap it. */
  readonly step: number;
  readonly tiles: number;
}

/** Where factors lie, in floats. */
export interface FactorSteps {
  /** From one point to the next, and from a row of points to that below. */
  readonly pointStep: number;
  readonly pointRowStep: number;
  /** From tile to tile, and from one register of channels to the next. */
  readonly tileStep: number;
  readonly groupStep: number;
}

/** Every tile but the first is its left neighbour's second sub-window too. */
export interface NextTile {
  /** Of the tile behind the last, which is that only: [points, pixels]. */
  readonly matrix: Matrix;
  /** Floats from a tile's factors to those of the neighbour's sub-window. */
  readonly offset: number;
}

export interface TileTransform extends TransformShape, FactorSteps {
  readonly channels: number;
  /** Floats in the image from a pixel to that below, and to the right. */
  readonly stepY: number;
  readonly stepX: number;
  readonly next?: NextTile | undefined;
}

/** Pixels of a row of tiles. */
const columnsOf = ({ matrixX, step, tiles }: TransformShape): number => (tiles - 1) * step + matrixX[0]!.length;

/** Floats that the transform needs between its passes, without a next tile. */
export const temporaryFloats = (shape: TransformShape): number =>
  shape.matrixY.length * columnsOf(shape) * mostFloatsInTurn;

/** Arguments: the row's first pixel, target, temporary memory. */
export function tileTransformKernel(module: ModuleBuilder, transform: TileTransform): FunctionBuilder {
  return module.kernel(`tile transform ${JSON.stringify(transform)}`, 3, (f) => {
    const { matrixY, matrixX, step, tiles, channels, stepY, stepX, next } = transform;
    const { pointStep, pointRowStep, tileStep, groupStep } = transform;
    const together = floatsTogether(module, channels);
    const lanes = together / 4;
    const columns = next ? tiles * step + next.matrix[0]!.length : columnsOf(transform);
    // Where registers of channels lie far apart, none shares a cache line with the next.
    const registers = groupStep === together ? registersInTurn(module, channels) : 1;
    const inTurn = registers * together;
    const source = f.let(f.argument(0));
    const target = f.let(f.argument(1));
    const from = f.local('i32');
    const to = f.local('i32');
    /** Emits `pass` for each register, whose places move on by so many floats. */
    const eachRegister = (targetStep: number, pass: () => void): void => {
      for (let register = 0; register < registers; register++) {
        pass();
        f.advance(from, together * 4);
        f.advance(to, targetStep * 4);
      }
    };
    f.repeat(channels / inTurn, () => {
      f.set(from, source);
      f.set(to, f.argument(2));
      f.repeat(columns, () => {
        const steps = { inputStep: stepY, outputStep: columns * inTurn };
        eachRegister(together, () => emitPass(f, module, { matrix: matrixY, lanes, from, to, ...steps }));
        f.advance(from, (stepX - inTurn) * 4);
      });
      f.set(from, f.argument(2));
      f.set(to, target);
      const transformTile = (matrix: Matrix, offsets: readonly number[]): void => {
        const steps = { inputStep: inTurn, outputStep: pointStep, offsets };
        eachRegister(groupStep, () => emitPass(f, module, { matrix, lanes, from, to, ...steps }));
        f.advance(from, -inTurn * 4);
        f.advance(to, -registers * groupStep * 4);
      };
      const tile = (...offsets: number[]): void => {
        transformTile(matrixX, offsets);
        f.advance(from, step * inTurn * 4);
        f.advance(to, tileStep * 4);
      };
      f.repeat(matrixY.length, () => {
        if (next) tile(0);
        const between = next ? tiles - 1 : tiles;
        if (between > 0) f.repeat(between, () => (next ? tile(0, next.offset) : tile(0)));
        if (next) transformTile(next.matrix, [next.offset]);
        f.advance(from, (columns - tiles * step) * inTurn * 4);
        f.advance(to, (pointRowStep - tiles * tileStep) * 4);
      });
      f.advance(source, inTurn * 4);
      f.advance(target, registers * groupStep * 4);
    });
  });
}
