/** The function of what is done to the whole batch behind a stage. */
import { i32 } from '../assembler/expression.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { ProgramStage } from './emitProgram.js';
import type { BatchWork } from './node.js';
import type { ProfileMarks } from './profile.js';

export interface BatchStage {
  readonly stage: ProgramStage;
  /** Scratch memory that a thread needs. */
  readonly scratchBytes: number;
}

/** Emits `works`, whose items are numbered one behind the other. */
export function emitBatchWork(
  module: ModuleBuilder,
  works: readonly BatchWork[],
  { name, marks }: { name: string; marks: ProfileMarks },
): BatchStage {
  const f = module.function(name, ['i32', 'i32']);
  const item = f.let(f.argument(0));
  let count = 0;
  for (const { items, work, emit } of works) {
    const own = items(module);
    f.if(i32.lessUnsigned(item, i32.constant(own)), () => {
      emit({ f, module, item, workspace: f.argument(1) });
      marks.mark(f, work);
    });
    f.advance(item, -own); // behind the item's own work it is negative, which no unsigned number is
    count += own;
  }
  return {
    stage: { item: f, items: i32.constant(count), serial: undefined },
    scratchBytes: Math.max(...works.map(({ workspace }) => workspace)),
  };
}
