/** One pass of a two-dimensional transform: the same small matrix along one axis, over and over. */
import { f32x4, i32, type V128 } from '../../assembler/expression.js';
import type { FunctionBuilder, Local } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { emitLinearMap } from './linearMap.js';
import type { Matrix } from './minimalFilter.js';

export interface Pass {
  readonly matrix: Matrix;
  /** Vectors side by side: 1, or 2 that the host joins. */
  readonly lanes: number;
  readonly from: Local<'i32'>;
  readonly to: Local<'i32'>;
  /** Floats from one input, and from one output, to the next. */
  readonly inputStep: number;
  readonly outputStep: number;
  /** Floats from `to` to where the first result is stored, and copies of it: `to` alone if not given. */
  readonly offsets?: readonly number[];
  /** What is stored in place of a result. */
  readonly finish?: (result: V128, output: number, lane: number) => V128;
}

/** Loads, multiplies and stores once: all loads come before all stores. */
export function emitPass(f: FunctionBuilder, module: ModuleBuilder, pass: Pass): void {
  const { matrix, from, to, inputStep, outputStep } = pass;
  const finish = pass.finish ?? ((result: V128): V128 => result);
  const lanes = Array.from({ length: pass.lanes }, (_, lane) => lane);
  const loaded = matrix[0]!.map((_, i) => lanes.map((lane) => f.let(f32x4.load(from, i * inputStep * 4 + lane * 16))));
  const results = lanes.map((lane) => {
    const inputs = loaded.map((input) => input[lane]!);
    return emitLinearMap(f, module, { matrix, inputs }).map((result, i) => f.let(finish(result, i, lane)));
  });
  for (const offset of pass.offsets ?? [0]) {
    const at = offset === 0 ? to : f.let(i32.add(to, i32.constant(offset * 4))); // a store's own offset cannot be negative
    matrix.forEach((_, i) => {
      for (const lane of lanes) f.store(at, results[lane]![i]!, i * outputStep * 4 + lane * 16);
    });
  }
}
