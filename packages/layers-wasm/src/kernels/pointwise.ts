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

/** At most so many vectors of a pixel at once: a cache line, and few enough for 16 registers together with constants and sums. */
function vectorsAtOnce(spec: PointwiseSpec): number {
  const held = spec.constants + spec.sums;
  return held === 0 ? 4 : Math.max(1, Math.min(4, Math.floor(12 / held)));
}

/** Sums in single precision run over at most about so many pixels before they are added up in double precision. */
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
    const vectors = layouts[0]!.pixel / 4;
    const group = vectorsAtOnce(spec);
    const whole = Math.floor(vectors / group);
    const offset = f.let(i32.constant(0)); // bytes from channel 0 to the group's first
    const groupOf = (size: number): void => {
      emitGroup(f, module, { spec, layouts, size, offset });
      f.advance(offset, size * 16);
    };
    if (whole > 0) f.repeat(whole, () => groupOf(group));
    if (vectors % group > 0) groupOf(vectors % group);
  });
}

interface Group {
  readonly spec: PointwiseSpec;
  readonly layouts: readonly Layout[];
  /** Vectors of four channels. */
  readonly size: number;
  readonly offset: Local<'i32'>;
}

/** What a group keeps in locals; [vector] before others. */
interface GroupLocals {
  /** [vector][constant] */
  readonly constants: readonly (readonly Local<'v128'>[])[];
  /** In single precision, of one row: [vector][sum]. */
  readonly sums: readonly (readonly Local<'v128'>[])[];
  /** Addresses of the sums in double precision: [sum]. */
  readonly totals: readonly Local<'i32'>[];
  /** Addresses of the pixel's first vector: [tensor], inputs first. */
  readonly pointers: readonly Local<'i32'>[];
  /** The pixel's vectors as they were read: [vector][input]. */
  readonly inputs: readonly (readonly Local<'v128'>[])[];
}

function openGroup(f: FunctionBuilder, { spec, layouts, size, offset }: Group): GroupLocals {
  const tensors = layouts.length;
  const lanes = Array.from({ length: size }, (_, v) => v);
  const places = Array.from({ length: spec.constants }, (_, i) => f.let(i32.add(f.argument(tensors + i), offset)));
  return {
    constants: lanes.map((v) => places.map((place) => f.let(f32x4.load(place, v * 16)))),
    sums: lanes.map(() => Array.from({ length: spec.sums }, () => f.local('v128'))),
    totals: Array.from({ length: spec.sums }, (_, i) =>
      f.let(i32.add(f.argument(tensors + spec.constants + i), i32.multiply(offset, i32.constant(2)))),
    ),
    pointers: layouts.map((layout, i) =>
      f.let(i32.add(i32.add(f.argument(i), offset), i32.constant(layout.at(0, 0) * 4))),
    ),
    inputs: lanes.map(() => spec.inputs.map(() => f.local('v128'))),
  };
}

/** All pixels of all samples, for one group of channels; its sums stay in registers for a row. */
function emitGroup(f: FunctionBuilder, module: ModuleBuilder, group: Group): void {
  const { spec, layouts } = group;
  const locals = openGroup(f, group);
  const { pointers } = locals;
  const { height, width } = rowsOf(spec, layouts);
  f.repeatDynamic(f.argument(layouts.length + spec.constants + spec.sums), () => {
    f.repeat(height, () => {
      clearSums(f, locals);
      f.repeat(width, () => emitPixel(f, module, { ...group, ...locals }));
      flushSums(f, locals);
      if (height > 1) layouts.forEach((layout, i) => f.advance(pointers[i]!, (layout.row - width * layout.pixel) * 4));
    });
    layouts.forEach((layout, i) => {
      const travelled = height > 1 ? height * layout.row : width * layout.pixel;
      f.advance(pointers[i]!, (layout.sample - travelled) * 4);
    });
  });
}

/** One pixel: its vectors are read, treated and written, and the pointers go on to the next one. */
function emitPixel(f: FunctionBuilder, module: ModuleBuilder, group: Group & GroupLocals): void {
  const { spec, layouts, size, constants, sums, pointers, inputs } = group;
  const load = (v: number): void => {
    inputs[v]!.forEach((input, i) => f.set(input, f32x4.load(pointers[i]!, v * 16)));
  };
  const compute = (v: number): V128[] => {
    const add = (sum: number, value: V128): void => f.set(sums[v]![sum]!, value);
    const results = spec.body({
      f,
      inputs: inputs[v]!,
      constants: constants[v]!,
      accumulate: (sum, value) => add(sum, f32x4.add(sums[v]![sum]!, value)),
      accumulateProduct: (sum, a, b) => add(sum, module.multiplyAdd(a, b, sums[v]![sum]!)),
    });
    return results.map((result) => f.let(result));
  };
  // A host joins neighbours only if no store lies between their loads.
  for (let v = 0; v < size; v += module.vectorsPerRegister) {
    const neighbours = Array.from({ length: Math.min(size - v, module.vectorsPerRegister) }, (_, j) => v + j);
    neighbours.forEach(load);
    const results = neighbours.map(compute);
    spec.outputs.forEach((_, i) => {
      neighbours.forEach((lane, j) => f.store(pointers[spec.inputs.length + i]!, results[j]![i]!, lane * 16));
    });
  }
  layouts.forEach((layout, i) => f.advance(pointers[i]!, layout.pixel * 4));
}

function clearSums(f: FunctionBuilder, { sums }: GroupLocals): void {
  for (const local of sums.flat()) f.set(local, f32x4.constant(0));
}

/** Adds a row's sums to those in double precision. */
function flushSums(f: FunctionBuilder, { sums, totals }: GroupLocals): void {
  sums.forEach((vector, v) => {
    vector.forEach((sum, i) => {
      const target = totals[i]!;
      f.store(target, f64x2.add(f64x2.load(target, v * 32), f64x2.promoteLow(sum)), v * 32);
      f.store(target, f64x2.add(f64x2.load(target, v * 32 + 16), f64x2.promoteHigh(sum)), v * 32 + 16);
    });
  });
}
