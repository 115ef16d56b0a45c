/** The gradient of a convolution's weights by a minimal filter: a product over tiles for each point, transformed back. */
import { f32x4, i32, type I32 } from '../../assembler/expression.js';
import type { FunctionBuilder, Local } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import type { PixelGeometry, WindowGeometry } from '../convolution.js';
import { transpose, type Matrix } from './minimalFilter.js';
import { emitPass } from './passes.js';
import { RowsOfTiles } from './rowsOfTiles.js';
import { dataTransform, temporaryFloats, tileTransformKernel, type TransformShape } from './tileTransform.js';
import {
  blockTiles,
  floatsTogether,
  keyOf,
  matricesOf,
  matrixStride,
  pointsOf,
  windowPairs,
  windowsOf,
  type SubWindow,
  type TileAxis,
  type Tiling,
  type WindowPair,
} from './tiling.js';

/** Columns of a tile of sums are at most two registers wide, eight floats each. */
const mostColumns = 16;
const sumRows = 4;

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

/** Samples that a stage treats at once at most, as long as chunks are not enlarged. */
const mostSamples = 8;

/** The same tiles in larger blocks, so that sums are transformed back less often; not larger than there are tiles to fill them. */
export function gradientBlocks(tiling: Tiling): Tiling {
  return { ...tiling, rows: Math.min(tiling.rows * 2, tiling.y.tiles * mostSamples) };
}

/** Bytes of memory that the kernel needs to work in. */
export function gradientWorkspace(tiles: Tiling, inputs: number, outputs: number): number {
  const tiling = gradientBlocks(tiles);
  const { y, x } = tiling;
  const back = y.filter.taps * x.filter.points * sumRows * mostColumns;
  return 4 * (placesOf(tiling, inputs, outputs).temporary + Math.max(temporaryFloats(dataTransform(tiling)), back));
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
    const transform = (shape: TransformShape, image: { stepY: number; stepX: number }, count: number): FunctionBuilder => {
      const { stepY, stepX } = image;
      return tileTransformKernel(module, { ...shape, ...factorSteps(module, tiling, count), channels: count, stepY, stepX });
    };
    const gradientTransform = transform(
      {
        ...{ matrixY: transpose(y.filter.inverse), matrixX: transpose(x.filter.inverse) },
        ...{ step: x.filter.outputs, tiles: x.tiles },
      },
      gradient,
      gradient.channels,
    );

    const inputs = new RowsOfTiles(f, tiling, input, i32.add(f.argument(0), i32.constant(input.origin * 4)));
    const gradients = new RowsOfTiles(f, tiling, gradient, i32.add(f.argument(1), i32.constant(gradient.origin * 4)));
    const left = f.let(i32.multiply(f.argument(3), i32.constant(y.tiles)));
    const to = f.local('i32');
    f.while(left, () => {
      const rows = f.let(i32.minimum(left, i32.constant(tiling.rows)));
      f.set(to, f.argument(4));
      inputs.next(rows, () => {
        for (const pair of windowPairs(tiling)) {
          const first = pair.y.first * input.stride + pair.x.first * channels;
          const pixel = i32.add(inputs.pixel, i32.constant(first * 4));
          const place = pair.index * (channels / floatsTogether(module, channels)) * factorSteps(module, tiling, channels).groupStep;
          f.call(transform(dataTransform(tiling, pair), input, channels), pixel, i32.add(to, i32.constant(place * 4)), temporary);
        }
        f.advance(to, x.tiles * floatsTogether(module, channels) * 4);
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
function factorSteps(module: ModuleBuilder, tiling: Tiling, channels: number) {
  const tileStep = floatsTogether(module, channels);
  const pointStep = blockTiles(tiling) * tileStep;
  const pointRowStep = pointStep * tiling.x.filter.points;
  return { tileStep, pointStep, pointRowStep, groupStep: pointStep * matricesOf(tiling) };
}

interface Products {
  readonly tiling: Tiling;
  readonly inputs: number;
  readonly outputs: number;
  readonly gradientFactors: Local<'i32'>;
  readonly tiles: Local<'i32'>;
  readonly sums: Local<'i32'>;
  readonly temporary: Local<'i32'>;
}

/** Panels of a band: few enough that their factors stay in the second-level cache, and wide enough to use the pages that it touches. */
const panelsPerBand = 4;

/** Goes over the weights in bands of panels, down each band in tiles of four rows by a panel of one or two registers. */
function eachPanel(f: FunctionBuilder, module: ModuleBuilder, products: Products): void {
  const { tiling, inputs, outputs, gradientFactors } = products;
  const { x } = tiling;
  const inputFloats = floatsTogether(module, inputs);
  const outputFloats = floatsTogether(module, outputs);
  const groupBytes = (floats: number): number => blockTiles(tiling) * matricesOf(tiling) * floats * 4;
  const bandFactor = f.let(gradientFactors);
  const bandWeights = f.let(f.argument(2));
  const factor = f.local('i32');
  const gradient = f.local('i32');
  const row = f.local('i32');
  const weights = f.local('i32');
  const bandOf = (panels: number, groups: number): void => {
    f.set(factor, f.argument(4));
    for (const window of windowPairs(tiling)) {
      const tap = window.y.first * x.taps + window.x.first;
      f.set(row, i32.add(bandWeights, i32.constant(tap * inputs * outputs * 4)));
      f.repeat(inputs / inputFloats, () => {
        f.repeat(inputFloats / sumRows, () => {
          f.set(gradient, bandFactor);
          f.set(weights, row);
          f.repeat(panels, () => {
            emitSums(f, module, { products, window, groups, factor, gradient });
            emitBack(f, module, { products, window, columns: groups * outputFloats, weights });
            f.advance(gradient, groups * groupBytes(outputFloats));
            f.advance(weights, groups * outputFloats * 4);
          });
          f.advance(factor, sumRows * 4);
          f.advance(row, sumRows * outputs * 4);
        });
        f.advance(factor, groupBytes(inputFloats) - inputFloats * 4);
      });
    }
    f.advance(bandFactor, panels * groups * groupBytes(outputFloats));
    f.advance(bandWeights, panels * groups * outputFloats * 4);
  };
  const registers = outputs / outputFloats;
  const panels = Math.floor(registers / 2);
  if (panels >= panelsPerBand) f.repeat(Math.floor(panels / panelsPerBand), () => bandOf(panelsPerBand, 2));
  if (panels % panelsPerBand > 0) bandOf(panels % panelsPerBand, 2);
  if (registers % 2 > 0) bandOf(1, 1);
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
  const groupBytes = blockTiles(tiling) * matricesOf(tiling) * outputFloats * 4;
  const vectors = Array.from({ length: groups }, (_, group) =>
    lanes.map((lane) => group * groupBytes + lane * 16),
  ).flat();
  const inputAt = f.let(factor);
  const gradientAt = f.let(gradient);
  const to = f.let(products.sums);
  const inputTile = f.local('i32');
  const gradientTile = f.local('i32');
  const columns = vectors.map(() => f.local('v128'));
  const row = f.local('v128');
  const { y, x } = tiling;
  const points = pointsOf(x, window.x);
  const nextPoint = (count: number): void => {
    if (count === 0) return;
    f.advance(inputAt, count * blockTiles(tiling) * inputFloats * 4);
    f.advance(gradientAt, count * blockTiles(tiling) * outputFloats * 4);
    f.advance(to, count * sumRows * vectors.length * 16);
  };
  const point = (): void => {
    const zero = f.let(f32x4.constant(0)); // the same one for all sums, or the host would not join them
    const sums = Array.from({ length: sumRows }, () => vectors.map(() => f.let(zero)));
    f.set(inputTile, inputAt);
    f.set(gradientTile, gradientAt);
    f.repeatDynamic(tiles, () => {
      columns.forEach((local, v) => f.set(local, f32x4.load(gradientTile, vectors[v])));
      sums.forEach((rowSums, i) => {
        f.set(row, f32x4.loadSplat(inputTile, i * 4));
        rowSums.forEach((sum, v) => f.set(sum, module.multiplyAdd(row, columns[v]!, sum)));
      });
      f.advance(inputTile, inputFloats * 4);
      f.advance(gradientTile, outputFloats * 4);
    });
    sums.forEach((rowSums, i) => {
      rowSums.forEach((sum, v) => f.store(to, sum, (i * vectors.length + v) * 16));
    });
    nextPoint(1);
  };
  f.repeat(pointsOf(y, window.y), () => {
    f.repeat(points, point);
    nextPoint(x.filter.points - points);
  });
}

/** The weights of a sub-window from its sums: [taps, points]. */
function backMatrix(axis: TileAxis, window: SubWindow): Matrix {
  const rows = axis.filter.filter.slice(0, pointsOf(axis, window));
  return transpose(rows.map((row) => row.slice(0, window.taps)));
}

interface BackTile {
  readonly products: Products;
  readonly window: WindowPair;
  readonly columns: number;
  /** The first of the sub-window's weights. */
  readonly weights: Local<'i32'>;
}

/** The sums of all points transformed back to weights, and added to them. */
function emitBack(
  f: FunctionBuilder,
  module: ModuleBuilder,
  { products, window, columns, weights }: BackTile,
): void {
  const { tiling, inputs, outputs, sums, temporary } = products;
  const { y, x } = tiling;
  const together = floatsTogether(module, outputs);
  const lanes = together / 4;
  const block = sumRows * columns;
  const from = f.let(sums);
  const to = f.let(temporary);
  f.repeat(pointsOf(x, window.x) * (block / together), () => {
    const steps = { inputStep: x.filter.points * block, outputStep: x.filter.points * block };
    emitPass(f, module, { matrix: backMatrix(y, window.y), lanes, from, to, ...steps });
    f.advance(from, together * 4);
    f.advance(to, together * 4);
  });
  f.set(from, temporary);
  f.set(to, weights);
  const tap = inputs * outputs;
  const tapX = x.step * tap;
  f.repeat(window.y.taps, () => {
    f.repeat(sumRows, () => {
      f.repeat(columns / together, () => {
        emitPass(f, module, {
          ...{ matrix: backMatrix(x, window.x), lanes, from, to, inputStep: block, outputStep: tapX },
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
