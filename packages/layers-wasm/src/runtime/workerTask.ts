/** What the main thread and its workers agree on. */
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
