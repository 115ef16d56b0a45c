/** What the main thread and its workers agree on. */
import type { exportNames } from '../compiler/compileModule.js';
import type { ControlMemory } from '../compiler/memoryPlan.js';

/** Values of the control word `program`. */
export const commands = { exit: 0, train: 1, predict: 2 } as const;

export interface WorkerTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: ControlMemory;
  /** Address of the worker's scratch memory. */
  readonly scratch: number;
}

/** The module's exports: programs take the address of the calling thread's scratch memory. */
export type Programs = Record<(typeof exportNames)['train' | 'predict'], (scratch: number) => void> &
  Record<(typeof exportNames)['pack'], () => void>;

/** Marks the step as failed and lets everyone go who waits at a barrier. */
export function releaseThreads(words: Int32Array, control: ControlMemory): void {
  Atomics.store(words, control.failed / 4, 1);
  Atomics.add(words, control.generation / 4, 1);
  Atomics.notify(words, control.generation / 4);
}
