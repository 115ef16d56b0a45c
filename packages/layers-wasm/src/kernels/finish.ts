/** What a kernel can do to its results before it stores them, in place of a pass of its own over the pixels. */
import { f32x4, i32, type I32, type V128 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { rectify, type Rectifier } from './elementwise.js';

/** `[rectify](result * scale + shift)`, with the operations of `affineKernel` and `rectifierKernel` in their order: the bits are theirs. */
export interface Finish {
  /** Multiply by a scale and add a shift per channel: two more arguments, their addresses. */
  readonly normalizes: boolean;
  readonly rectifier: Rectifier | undefined;
}

/** Arguments that a kernel with this finish has more. */
export function finishArguments(finish: Finish | undefined): number {
  return finish?.normalizes ? 2 : 0;
}

/** Finishes a result of the vector of channels at hand that has this number. */
export type FinishVector = (result: V128, vector: number) => V128;

/** Some channels whose results are finished. */
export interface FinishedChannels {
  readonly finish: Finish | undefined;
  /** The kernel's first argument that belongs to the finish. */
  readonly argument: number;
  /** Bytes from channel 0 to the first at hand. */
  readonly offset: I32;
  /** How many vectors of channels are at hand. */
  readonly vectors: number;
}

/** Loads the constants of the channels at hand; without a finish, results stay as they are. */
export function openFinish(
  f: FunctionBuilder,
  module: ModuleBuilder,
  { finish, argument, offset, vectors }: FinishedChannels,
): FinishVector {
  if (!finish) return (result) => result;
  const { normalizes, rectifier } = finish;
  const rectified = (value: V128): V128 => (rectifier ? rectify(value, rectifier) : value);
  if (!normalizes) return rectified;
  const constants = (index: number): Local<'v128'>[] => {
    const at = f.let(i32.add(f.argument(index), offset));
    return Array.from({ length: vectors }, (_, vector) => f.let(f32x4.load(at, vector * 16)));
  };
  const [scales, shifts] = [constants(argument), constants(argument + 1)];
  return (result, vector) => rectified(module.multiplyAdd(result, scales[vector]!, shifts[vector]!));
}
