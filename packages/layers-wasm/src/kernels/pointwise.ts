/** Kernels that treat every pixel alike: per-channel constants in, tensors in and out, per-channel sums. */
import { f32x4, f64x2, i32, type V128 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Layout } from '../compiler/layout.js';

/** Arguments, in order: input tensors, output tensors, constants [channels], sums [channels] in double precision, count of samples. */
export interface PointwiseSpec {
  /** Tells this kernel from others of the same layouts. */
  readonly name: string;
  readonly inputs: readonly Layout[];
  readonly outputs: readonly Layout[];
  /** Vectors of per-channel floats to read. */
  readonly constants: number;
  /** Vectors of per-channel doubles to add to. */
  readonly sums: number;
  /** What happens to four channels of a pixel; returns the outputs. Terms of sums are added through `accumulate`. */
  readonly body: (pixel: PointwisePixel) => V128[];
}

export interface PointwisePixel {
  readonly f: FunctionBuilder;
  readonly inputs: readonly Local<'v128'>[];
  readonly constants: readonly Local<'v128'>[];
  readonly accumulate: (sum: number, value: V128) => void;
  readonly accumulateProduct: (sum: number, a: V128, b: V128) => void;
}

/** Vectors of a cache line. */
const vectorsPerLine = 4;

/** At most so many vectors of a pixel at once: few enough for 16 registers together with constants and sums. */
function vectorsAtOnce(spec: PointwiseSpec): number {
  const held = spec.constants + spec.sums;
  return held === 0 ? vectorsPerLine : Math.max(1, Math.min(vectorsPerLine, Math.floor(12 / held)));
}

/** Sums in single precision run over so many pixels at most, or over one row, before they are added up in double precision. */
const longestSum = 128;

/** The pixels of a sample as rows: one long row where nothing lies between the rows and no sum would become too long. */
function rowsOf({ sums }: PointwiseSpec, layouts: readonly Layout[]): { height: number; width: number } {
  const { height, width } = layouts[0]!;
  const divided = layouts.some((layout) => layout.hasHalo) || (sums > 0 && height * width > longestSum);
  return divided ? { height, width } : { height: 1, width: height * width };
}

/** Builds the kernel of `spec`. All layouts have the same height, width and channels. */
export function pointwiseKernel(module: ModuleBuilder, spec: PointwiseSpec): FunctionBuilder {
  const layouts = [...spec.inputs, ...spec.outputs];
  const key = `${spec.name} ${layouts.map((layout) => layout.key).join(' ')}`;
  return module.kernel(key, layouts.length + spec.constants + spec.sums + 1, (f) => {
    const { height, width } = rowsOf(spec, layouts);
    const pixels = layouts.map((layout, i) => f.let(i32.add(f.argument(i), i32.constant(layout.at(0, 0) * 4))));
    const row: Row = { f, module, spec, layouts, pixels, width };
    const emitRow = spec.sums === 0 && layouts[0]!.pixel / 4 > vectorsAtOnce(spec) ? emitInOrder : emitByGroups;
    f.repeatDynamic(f.argument(layouts.length + spec.constants + spec.sums), () => {
      f.repeat(height, () => {
        emitRow(row);
        if (height > 1) layouts.forEach((layout, i) => f.advance(pixels[i]!, layout.row * 4));
      });
      layouts.forEach((layout, i) => {
        f.advance(pixels[i]!, (layout.sample - (height > 1 ? height * layout.row : 0)) * 4);
      });
    });
  });
}

/** A row of pixels, and those of all tensors that lie there. */
interface Row {
  readonly f: FunctionBuilder;
  readonly module: ModuleBuilder;
  readonly spec: PointwiseSpec;
  readonly layouts: readonly Layout[];
  /** Addresses of the row's first pixel: [tensor], inputs first. */
  readonly pixels: readonly Local<'i32'>[];
  readonly width: number;
}

/** Some neighbouring vectors of a pixel, and what is kept in locals for them. */
interface Group {
  /** Which they are, counted from those at `pointers`. */
  readonly vectors: readonly number[];
  /** [vector][constant] */
  readonly constants: readonly (readonly Local<'v128'>[])[];
  /** In single precision, of one row: [vector][sum]. */
  readonly sums: readonly (readonly Local<'v128'>[])[];
  /** Addresses: [tensor], inputs first. */
  readonly pointers: readonly Local<'i32'>[];
}

interface GroupPlace {
  readonly vectors: readonly number[];
  /** Bytes from channel 0 to the vectors at `pointers`. */
  readonly offset: Local<'i32'>;
  readonly pointers: readonly Local<'i32'>[];
}

function openGroup({ f, layouts, spec }: Row, { vectors, offset, pointers }: GroupPlace): Group {
  const argument = layouts.length;
  const places = Array.from({ length: spec.constants }, (_, i) => f.let(i32.add(f.argument(argument + i), offset)));
  return {
    vectors,
    constants: vectors.map((v) => places.map((place) => f.let(f32x4.load(place, v * 16)))),
    sums: vectors.map(() => Array.from({ length: spec.sums }, () => f.let(f32x4.constant(0)))),
    pointers,
  };
}

type GroupBody = (vectors: readonly number[], offset: Local<'i32'>) => void;

/** Runs `body` for `count` vectors, `most` at a time, with the bytes that lie in front of them. */
function eachGroup({ f }: Row, { count, most }: { count: number; most: number }, body: GroupBody): void {
  const offset = f.let(i32.constant(0));
  const groupOf = (size: number): void => {
    body(
      Array.from({ length: size }, (_, v) => v),
      offset,
    );
    f.advance(offset, size * 16);
  };
  if (count >= most) f.repeat(Math.floor(count / most), () => groupOf(most));
  if (count % most > 0) groupOf(count % most);
}

/** Vectors that are treated in one turn of the loop where memory is read from front to back. */
const vectorsInOrder = 8;

/** Pixel by pixel: memory is read and written from front to back, and constants are read again for every pixel. */
function emitInOrder(row: Row): void {
  const { f, module, spec, layouts, width } = row;
  const pointers = row.pixels.map((pixel) => f.let(pixel));
  const pixel = layouts[0]!.pixel / 4;
  const run = (count: number): void =>
    eachGroup(row, { count, most: vectorsInOrder }, (vectors, offset) => {
      for (let v = 0; v < vectors.length; v += module.vectorsPerRegister) {
        const together = vectors.slice(v, v + module.vectorsPerRegister);
        emitPixel(row, openGroup(row, { vectors: together, offset, pointers }));
      }
      for (const pointer of pointers) f.advance(pointer, vectors.length * 16);
    });
  if (spec.constants === 0) run(width * pixel);
  else f.repeat(width, () => run(pixel));
}

/** Group by group of channels, whose constants and sums stay in registers for the whole row. */
function emitByGroups(row: Row): void {
  const { f, spec, layouts, pixels, width } = row;
  const count = layouts[0]!.pixel / 4;
  const most = vectorsAtOnce(spec);
  if (count > most) fetchInputs(row);
  eachGroup(row, { count, most }, (vectors, offset) => {
    const group = openGroup(row, { vectors, offset, pointers: pixels.map((pixel) => f.let(i32.add(pixel, offset))) });
    f.repeat(width, () => {
      emitPixel(row, group);
      layouts.forEach((layout, i) => f.advance(group.pointers[i]!, layout.pixel * 4));
    });
    flushSums(row, group, offset);
  });
}

/** Loads per turn of the loop that fetches a row. */
const fetchesAtOnce = 8;
const lineBytes = 64;

/** Reads the row once from front to back, which memory does much faster than in the steps of a group of channels. */
function fetchInputs({ f, spec, layouts, pixels, width }: Row): void {
  spec.inputs.forEach((_, i) => {
    const at = f.let(pixels[i]!);
    const fetch = (count: number): void => {
      for (let line = 0; line < count; line++) f.drop(i32.load(at, line * lineBytes));
      f.advance(at, count * lineBytes);
    };
    const lines = Math.ceil((width * layouts[i]!.pixel * 4) / lineBytes);
    if (lines >= fetchesAtOnce) f.repeat(Math.floor(lines / fetchesAtOnce), () => fetch(fetchesAtOnce));
    if (lines % fetchesAtOnce > 0) fetch(lines % fetchesAtOnce);
  });
}

/** The vectors of a group in one pixel are read, treated and written. */
function emitPixel({ f, module, spec }: Row, { vectors, constants, sums, pointers }: Group): void {
  const load = (v: number): Local<'v128'>[] =>
    spec.inputs.map((_, i) => f.let(f32x4.load(pointers[i]!, vectors[v]! * 16)));
  const compute = (v: number, inputs: readonly Local<'v128'>[]): V128[] => {
    const add = (sum: number, value: V128): void => f.set(sums[v]![sum]!, value);
    const results = spec.body({
      f,
      inputs,
      constants: constants[v]!,
      accumulate: (sum, value) => add(sum, f32x4.add(sums[v]![sum]!, value)),
      accumulateProduct: (sum, a, b) => add(sum, module.multiplyAdd(a, b, sums[v]![sum]!)),
    });
    return results.map((result) => f.let(result));
  };
  const size = vectors.length;
  // A host joins neighbours only if no store lies between their loads.
  for (let v = 0; v < size; v += module.vectorsPerRegister) {
    const neighbours = Array.from({ length: Math.min(size - v, module.vectorsPerRegister) }, (_, j) => v + j);
    const inputs = neighbours.map(load);
    const results = neighbours.map((lane, j) => compute(lane, inputs[j]!));
    spec.outputs.forEach((_, i) => {
      neighbours.forEach((lane, j) => f.store(pointers[spec.inputs.length + i]!, results[j]![i]!, vectors[lane]! * 16));
    });
  }
}

/** Adds a row's sums to those in double precision. */
function flushSums({ f, spec, layouts }: Row, { sums }: Group, offset: Local<'i32'>): void {
  const argument = layouts.length + spec.constants;
  const totals = Array.from({ length: spec.sums }, (_, i) =>
    f.let(i32.add(f.argument(argument + i), i32.multiply(offset, i32.constant(2)))),
  );
  sums.forEach((vector, v) => {
    vector.forEach((sum, i) => {
      const target = totals[i]!;
      f.store(target, f64x2.add(f64x2.load(target, v * 32), f64x2.promoteLow(sum)), v * 32);
      f.store(target, f64x2.add(f64x2.load(target, v * 32 + 16), f64x2.promoteHigh(sum)), v * 32 + 16);
    });
  });
}
