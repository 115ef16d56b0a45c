/** The products of a weight gradient: sums over the tiles of a block for each point, transformed back to weights. */
import { f32x4, i32 } from '../../assembler/expression.js';
import type { FunctionBuilder, Local } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { emitTerms } from '../termLoop.js';
import { zeroRegister } from '../zeroRegister.js';
import { transpose } from './minimalFilter.js';
import { emitPass } from './passes.js';
import { filterOf } from './subWindows.js';
import { blockTiles, floatsTogether, matricesOf, windowPairs, type Tiling, type WindowPair } from './tiling.js';

/** Columns of a tile of sums are at most two registers wide, eight floats each. */
const mostColumns = 16;
const sumRows = 4;

/** Floats of the sums of all points. */
export const sumsFloats = (tiling: Tiling): number => matricesOf(tiling) * sumRows * mostColumns;

/** Bytes of memory that the products need between the passes of their transform. */
export const productTemporaryBytes = ({ y, x }: Tiling): number =>
  y.filter.taps * x.filter.points * sumRows * mostColumns * 4;

/** A block of tiles, all of whose factors lie ready. */
export interface Products {
  /** Its blocks have room for all tiles whose factors lie side by side. */
  readonly tiling: Tiling;
  readonly inputs: number;
  readonly outputs: number;
  readonly factors: Local<'i32'>;
  readonly gradientFactors: Local<'i32'>;
  /** The weights that sums are added to: [taps, inputs, outputs]. */
  readonly weights: Local<'i32'>;
  readonly tiles: Local<'i32'>;
  readonly sums: Local<'i32'>;
  readonly temporary: Local<'i32'>;
}

/** Neighbouring panels of weights: few enough that their factors stay in the second-level cache, and wide enough to use the pages that they touch. */
interface Band {
  readonly panels: number;
  /** Registers that a panel is wide: 1 or 2. */
  readonly groups: number;
}

const panelsPerBand = 4;

/** Some equal bands. */
export interface BandRun extends Band {
  readonly count: number;
}

/** The bands of so many output channels. */
export function bandsOf(module: ModuleBuilder, outputs: number): BandRun[] {
  const registers = outputs / floatsTogether(module, outputs);
  const panels = Math.floor(registers / 2);
  return [
    { count: Math.floor(panels / panelsPerBand), panels: panelsPerBand, groups: 2 },
    { count: panels % panelsPerBand > 0 ? 1 : 0, panels: panels % panelsPerBand, groups: 2 },
    { count: registers % 2, panels: 1, groups: 1 },
  ].filter(({ count }) => count > 0);
}

/** Bytes from the factors, and from the weights, of a band to those of the next. */
export function bandSteps(
  module: ModuleBuilder,
  { tiling, outputs }: Pick<Products, 'tiling' | 'outputs'>,
  { panels, groups }: Band,
): { factors: number; weights: number } {
  const floats = floatsTogether(module, outputs);
  const registers = panels * groups;
  return { factors: registers * groupBytes(tiling, floats), weights: registers * floats * 4 };
}

/** Bytes of all factors of a register of channels. */
const groupBytes = (tiling: Tiling, floats: number): number => blockTiles(tiling) * matricesOf(tiling) * floats * 4;

/** Goes over all bands. */
export function eachBand(f: FunctionBuilder, module: ModuleBuilder, products: Products): void {
  const gradientFactors = f.let(products.gradientFactors);
  const weights = f.let(products.weights);
  for (const { count, ...band } of bandsOf(module, products.outputs)) {
    const steps = bandSteps(module, products, band);
    f.repeat(count, () => {
      emitBand(f, module, { products: { ...products, gradientFactors, weights }, ...band });
      f.advance(gradientFactors, steps.factors);
      f.advance(weights, steps.weights);
    });
  }
}

/** A band of weights, and the products that are added to it. */
interface ProductBand extends Band {
  readonly products: Products;
}

/** Goes down the band that the gradient's factors and the weights begin with, in tiles of four rows by a panel. */
export function emitBand(f: FunctionBuilder, module: ModuleBuilder, { products, panels, groups }: ProductBand): void {
  const { tiling, inputs, outputs } = products;
  const { x } = tiling;
  const inputFloats = floatsTogether(module, inputs);
  const outputFloats = floatsTogether(module, outputs);
  const factor = f.let(products.factors);
  const gradient = f.local('i32');
  const row = f.local('i32');
  const weights = f.local('i32');
  for (const window of windowPairs(tiling)) {
    const tap = window.y.first * x.taps + window.x.first;
    f.set(row, i32.add(products.weights, i32.constant(tap * inputs * outputs * 4)));
    f.repeat(inputs / inputFloats, () => {
      f.repeat(inputFloats / sumRows, () => {
        f.set(gradient, products.gradientFactors);
        f.set(weights, row);
        f.repeat(panels, () => {
          emitSums(f, module, { products, window, groups, factor, gradient });
          emitBack(f, module, { products, window, columns: groups * outputFloats, weights });
          f.advance(gradient, groups * groupBytes(tiling, outputFloats));
          f.advance(weights, groups * outputFloats * 4);
        });
        f.advance(factor, sumRows * 4);
        f.advance(row, sumRows * outputs * 4);
      });
      f.advance(factor, groupBytes(tiling, inputFloats) - inputFloats * 4);
    });
  }
}

interface SumTile {
  readonly products: Products;
  readonly window: WindowPair;
  /** Registers of columns: 1 or 2. */
  readonly groups: number;
  readonly factor: Local<'i32'>;
  readonly gradient: Local<'i32'>;
}

/** For each point, four rows by some columns summed over all tiles in registers. */
function emitSums(f: FunctionBuilder, module: ModuleBuilder, tile: SumTile): void {
  const { products, window, groups, factor, gradient } = tile;
  const { tiling, inputs, outputs, tiles } = products;
  const lanes = module.vectorsTogether(outputs);
  const inputFloats = floatsTogether(module, inputs);
  const outputFloats = lanes.length * 4;
  const step = groupBytes(tiling, outputFloats);
  const vectors = Array.from({ length: groups }, (_, group) => lanes.map((lane) => group * step + lane * 16)).flat();
  const inputAt = f.let(factor);
  const gradientAt = f.let(gradient);
  const to = f.let(products.sums);
  const inputTile = f.local('i32');
  const gradientTile = f.local('i32');
  const { y, x } = tiling;
  const [down, across] = [filterOf(y.filter, window.y), filterOf(x.filter, window.x)];
  const nextPoint = (count: number): void => {
    if (count === 0) return;
    f.advance(inputAt, count * blockTiles(tiling) * inputFloats * 4);
    f.advance(gradientAt, count * blockTiles(tiling) * outputFloats * 4);
    f.advance(to, count * sumRows * vectors.length * 16);
  };
  const point = (): void => {
    const register = (): Local<'v128'>[] => zeroRegister(f, lanes.length);
    const sums = Array.from({ length: sumRows }, () => Array.from({ length: groups }, register).flat());
    f.set(inputTile, inputAt);
    f.set(gradientTile, gradientAt);
    const term = (): void => {
      const columns = vectors.map((offset) => f.let(f32x4.load(gradientTile, offset)));
      sums.forEach((rowSums, i) => {
        const row = f.let(f32x4.loadSplat(inputTile, i * 4));
        rowSums.forEach((sum, v) => f.set(sum, module.multiplyAdd(row, columns[v]!, sum)));
      });
      f.advance(inputTile, inputFloats * 4);
      f.advance(gradientTile, outputFloats * 4);
    };
    emitTerms(f, module, { term, pointer: gradientTile, step: outputFloats * 4, count: tiles });
    sums.forEach((rowSums, i) => {
      rowSums.forEach((sum, v) => f.store(to, sum, (i * vectors.length + v) * 16));
    });
    nextPoint(1);
  };
  f.repeat(down.points, () => {
    f.repeat(across.points, point);
    nextPoint(x.filter.points - across.points);
  });
}

interface BackTile {
  readonly products: Products;
  readonly window: WindowPair;
  readonly columns: number;
  /** The first of the sub-window's weights. */
  readonly weights: Local<'i32'>;
}

/** The sums of all points transformed back to weights, and added to them. */
function emitBack(f: FunctionBuilder, module: ModuleBuilder, { products, window, columns, weights }: BackTile): void {
  const { tiling, inputs, outputs, sums, temporary } = products;
  const { y, x } = tiling;
  const [filterY, filterX] = [filterOf(y.filter, window.y), filterOf(x.filter, window.x)];
  const together = floatsTogether(module, outputs);
  const lanes = together / 4;
  const block = sumRows * columns;
  const from = f.let(sums);
  const to = f.let(temporary);
  f.repeat(filterX.points * (block / together), () => {
    const steps = { inputStep: x.filter.points * block, outputStep: x.filter.points * block };
    emitPass(f, module, { matrix: transpose(filterY.filter), lanes, from, to, ...steps });
    f.advance(from, together * 4);
    f.advance(to, together * 4);
  });
  f.set(from, temporary);
  f.set(to, weights);
  const tap = inputs * outputs;
  const tapX = x.step * tap;
  f.repeat(filterY.taps, () => {
    f.repeat(sumRows, () => {
      f.repeat(columns / together, () => {
        emitPass(f, module, {
          ...{ matrix: transpose(filterX.filter), lanes, from, to, inputStep: block, outputStep: tapX },
          finish: (result, output, lane) => f32x4.add(f32x4.load(to, output * tapX * 4 + lane * 16), result),
        });
        f.advance(from, together * 4);
        f.advance(to, together * 4);
      });
      f.advance(to, (outputs - columns) * 4);
    });
    f.advance(from, (x.filter.points - 1) * block * 4);
    f.advance(to, (y.step * x.taps * tap - sumRows * outputs) * 4);
  });
}
