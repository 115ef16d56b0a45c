/** The innermost loop of matrix products: adds one term after the other to the sums of a tile. */
import { i32, type I32 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';

/** Copies of a term in the code: every further one saves less of what a turn of the loop costs beside its term. */
const copies = 4;

export interface Terms {
  /** Emits one, which moves the pointer. */
  readonly term: () => void;
  readonly pointer: Local<'i32'>;
  /** Bytes by which every term moves it. */
  readonly step: number;
  /** How many there are, at least one. */
  readonly count: number | Local<'i32'>;
}

/** Emits the loop. */
export function emitTerms(f: FunctionBuilder, module: ModuleBuilder, { term, pointer, step, count }: Terms): void {
  const isFew = typeof count === 'number' && count < 2 * copies;
  // A host joins vectors only in loops of one block.
  if (isFew || module.vectorsPerRegister === 2) {
    if (typeof count === 'number') f.repeat(count, term);
    else f.repeatDynamic(count, term);
    return;
  }
  const bytes: I32 = typeof count === 'number' ? i32.constant(count * step) : i32.multiply(count, i32.constant(step));
  f.doUntil(pointer, f.let(i32.add(pointer, bytes)), { copies, body: term });
}
