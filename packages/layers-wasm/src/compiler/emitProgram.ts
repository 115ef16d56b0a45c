/** A program is a row of stages that all threads go through together: items of work are taken from a counter, then a barrier. */
import { i32, type I32 } from '../assembler/expression.js';
import type { FunctionBuilder, FunctionReference, Local } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { LayersWasmError } from '../errors.js';
import { mostStages, type ControlMemory } from './memoryPlan.js';
import type { Work } from './node.js';
import { otherWork, type ProfileMarks } from './profile.js';

export interface ProgramStage {
  /** Does item `i`: arguments are the item and the address of the thread's scratch memory. */
  readonly item: FunctionBuilder;
  readonly items: I32;
  /** Run by one thread when all items are done, before any thread goes on. */
  readonly serial: FunctionBuilder | undefined;
  /** What a profile calls the items, where they do not say so themselves. */
  readonly work?: Work;
}

export interface Program {
  /** Of the export. */
  readonly name: string;
  readonly stages: readonly ProgramStage[];
  /** Called again and again by a thread that waits long at a barrier. Absent: there is one thread, and nothing atomic is emitted. */
  readonly watch: FunctionReference | undefined;
  readonly marks: ProfileMarks;
}

/** The import of modules for several threads: takes the number of the stage that is waited for. */
export const watchName = 'watch';

/** How often a thread looks at the barrier before it goes to sleep; long enough for the imbalance of one chunk. */
const spins = 4000;

/** How long a thread sleeps at the barrier before it calls `watch`. */
const patienceNanoseconds = 100_000_000n;

const base = i32.constant(0);

/** Builds and exports `name(scratch)`, which every participating thread calls. */
export function emitProgram(module: ModuleBuilder, control: ControlMemory, program: Program): void {
  const { name, stages, watch, marks } = program;
  if (stages.length > mostStages) {
    const got = `this one needs ${stages.length} stages`;
    throw new LayersWasmError('MODEL_UNSUPPORTED', `A model of at most ${mostStages} stages was expected; ${got}.`);
  }
  const f = module.function(name, ['i32']);
  module.export(f);
  const item = f.local('i32');
  const barrier = watch && new Barrier(f, control, watch);
  marks.beginStep(f);
  stages.forEach((stage, index) => {
    const counter = control.counters + index * 4;
    const take = (): void => f.set(item, i32.atomicAdd(base, counter, i32.constant(1)));
    if (barrier) take();
    else f.set(item, i32.constant(0));
    f.while(i32.lessSigned(item, stage.items), () => {
      f.call(stage.item, item, f.argument(0));
      if (barrier) take();
      else f.advance(item, 1);
    });
    if (stage.work) marks.mark(f, stage.work);
    if (barrier) barrier.emit(stage, index);
    else if (stage.serial) f.call(stage.serial);
    marks.mark(f, otherWork('statistics'));
  });
}

/** Where all participants wait for the last of them, which does the stage's serial work first. */
class Barrier {
  private readonly participants: I32;
  private readonly generation: Local<'i32'>;
  private readonly waits: Local<'i32'>;

  constructor(
    private readonly f: FunctionBuilder,
    private readonly control: ControlMemory,
    private readonly watch: FunctionReference,
  ) {
    this.participants = f.let(i32.load(base, control.participants));
    this.generation = f.local('i32');
    this.waits = f.local('i32');
  }

  emit(stage: ProgramStage, index: number): void {
    const { f, control, generation } = this;
    f.set(generation, i32.atomicLoad(base, control.generation));
    const before = f.let(i32.atomicAdd(base, control.arrived, i32.constant(1)));
    f.if(
      i32.equal(i32.add(before, i32.constant(1)), this.participants),
      () => {
        if (stage.serial) f.call(stage.serial);
        f.atomicStore(base, i32.constant(0), control.arrived);
        f.atomicStore(base, i32.constant(0), control.counters + index * 4);
        f.drop(i32.atomicAdd(base, control.generation, i32.constant(1)));
        f.drop(i32.atomicNotify(base, control.generation, i32.constant(-1)));
      },
      () => this.emitWait(index),
    );
  }

  /** Leaves the program when a thread has failed. */
  private emitWait(index: number): void {
    const { f, control, generation, waits } = this;
    const failed = i32.atomicLoad(base, control.failed);
    const closed = i32.and(
      i32.equal(i32.atomicLoad(base, control.generation), generation),
      i32.equal(failed, i32.constant(0)),
    );
    f.set(waits, i32.constant(spins));
    f.while(i32.and(closed, i32.notEqual(waits, i32.constant(0))), () => f.advance(waits, -1));
    f.while(closed, () => {
      const word = { address: base, offset: control.generation };
      const timedOut = i32.equal(i32.atomicWait(word, generation, patienceNanoseconds), i32.constant(2));
      f.if(timedOut, () => f.call(this.watch, i32.constant(index)));
    });
    f.if(failed, () => f.return());
  }
}
