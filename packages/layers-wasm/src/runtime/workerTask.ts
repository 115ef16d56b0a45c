/** What the calling thread and its workers agree on, and what a worker does. */
import type { exportNames } from '../compiler/compileModule.js';
import { watchName } from '../compiler/emitProgram.js';
import type { ControlMemory } from '../compiler/memoryPlan.js';
import { viewsOf } from './linearMemory.js';

/** Values of the control word `program`. */
export const commands = { exit: 0, train: 1, predict: 2 } as const;

/** What a worker posts. */
export const workerMessages = { ready: 'ready', ended: 'ended' } as const;

export interface WorkerTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: ControlMemory;
  /** Address of the worker's scratch memory. */
  readonly scratch: number;
}

/** The module's exports: all but `normalize` take the address of the calling thread's scratch memory. */
export type Programs = Record<(typeof exportNames)['train' | 'predict' | 'pack'], (scratch: number) => void> &
  Record<(typeof exportNames)['normalize'], () => void>;

/** Marks the step as failed and lets everyone go who waits at a barrier. */
export function releaseThreads(words: Int32Array, control: ControlMemory): void {
  Atomics.store(words, control.failed / 4, 1);
  Atomics.add(words, control.generation / 4, 1);
  Atomics.notify(words, control.generation / 4);
}

/** Sleeps until there is work, runs its share, sleeps again; returns when told to. Rethrows what a program throws. */
export function work({ module, memory, control, scratch }: WorkerTask, ready: () => void): void {
  // The calling thread watches for all.
  const imports = { memory, [watchName]: () => undefined };
  const programs = new WebAssembly.Instance(module, { env: imports }).exports as unknown as Programs;
  const { words } = viewsOf(memory);
  const commandWord = control.command / 4;
  let seen = Atomics.load(words, commandWord);
  ready();
  for (;;) {
    Atomics.wait(words, commandWord, seen);
    const command = Atomics.load(words, commandWord);
    if (command === seen) continue;
    seen = command;
    const program = words[control.program / 4];
    if (program === commands.exit) return;
    try {
      programs[program === commands.train ? 'train' : 'predict'](scratch);
    } catch (error) {
      releaseThreads(words, control);
      throw error;
    }
  }
}
