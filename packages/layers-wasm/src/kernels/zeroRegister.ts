/** Registers that sums begin in. */
import { f32x4 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';

/** The lanes of a new register, all zero: they begin as one constant, which no other register has, or not every host would join them. */
export function zeroRegister(f: FunctionBuilder, lanes: number): Local<'v128'>[] {
  const zero = f.let(f32x4.constant(0));
  return Array.from({ length: lanes }, () => f.let(zero));
}
