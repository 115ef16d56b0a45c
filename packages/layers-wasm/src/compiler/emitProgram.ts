/** A program is a row of stages that all threads go through together: items of work are taken from a counter, then a barrier. */
import { i32, type I32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { LayersWasmError } from '../errors.js';
import { mostStages, type ControlMemory } from './memoryPlan.js';
import type { Work } from './node.js';
import { otherWork, type ProfileMarks } from './profile.js';

export interface ProgramStage {
  /** Does item `i`: arguments are the item and the address of the thread's scratch memory. Absent: only `serial`. */
  readonly item: FunctionBuilder | undefined;
  readonly items: I32;
  /** Run by one thread when all items are done, before any thread goes on. */
  readonly serial: FunctionBuilder | undefined;
  /** What a profile calls the items, where they do not say so themselves. */
  readonly work?: Work;
}

/** How often a thread looks at the barrier before it goes to sleep; long enough for the imbalance of one chunk. */
const spins = 4000;

/** Builds and exports `name(scratch)`, which every participating thread calls. */
export function emitProgram(
  module: ModuleBuilder,
  control: ControlMemory,
  program: { readonly name: string; readonly stages: readonly ProgramStage[]; readonly marks: ProfileMarks },
): void {
  const { name, stages, marks } = program;
  if (stages.length > mostStages) {
    const got = `this one needs ${stages.length} stages`;
    throw new LayersWasmError('MODEL_UNSUPPORTED', `A model of at most ${mostStages} stages was expected; ${got}.`);
  }
  const f = module.function(name, ['i32']);
  module.export(f);
  const base = i32.constant(0);
  const participants = f.let(i32.load(base, control.participants));
  const item = f.local('i32');
  const generation = f.local('i32');
  const waits = f.local('i32');
  marks.begin(f);
  stages.forEach((stage, index) => {
    const counter = control.counters + index * 4;
    if (stage.item) {
      const take = (): void => f.set(item, i32.atomicAdd(base, counter, i32.constant(1)));
      take();
      f.while(i32.lessSigned(item, stage.items), () => {
        f.call(stage.item!, item, f.argument(0));
        take();
      });
      if (stage.work) marks.mark(f, stage.work);
    }
    f.set(generation, i32.atomicLoad(base, control.generation));
    const before = f.let(i32.atomicAdd(base, control.arrived, i32.constant(1)));
    f.if(
      i32.equal(i32.add(before, i32.constant(1)), participants),
      () => {
        if (stage.serial) f.call(stage.serial);
        f.atomicStore(base, i32.constant(0), control.arrived);
        f.atomicStore(base, i32.constant(0), counter);
        f.drop(i32.atomicAdd(base, control.generation, i32.constant(1)));
        f.drop(i32.atomicNotify(base, control.generation, i32.constant(-1)));
      },
      () => {
        const failed = i32.atomicLoad(base, control.failed);
        const closed = i32.and(
          i32.equal(i32.atomicLoad(base, control.generation), generation),
          i32.equal(failed, i32.constant(0)),
        );
        f.set(waits, i32.constant(spins));
        f.while(i32.and(closed, i32.notEqual(waits, i32.constant(0))), () => f.advance(waits, -1));
        f.while(closed, () => f.drop(i32.atomicWait(base, control.generation, generation)));
        f.if(failed, () => f.return());
      },
    );
    marks.mark(f, otherWork('statistics'));
  });
}
