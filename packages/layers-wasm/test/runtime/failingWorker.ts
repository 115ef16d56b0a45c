/** A thread that fails in its first step, in the manner that its task names. */
import { parentPort, workerData } from 'node:worker_threads';
import { viewsOf } from '../../src/runtime/linearMemory.js';
import { releaseThreads, work, type WorkerTask } from '../../src/runtime/workerTask.js';

export type Manner = 'exit' | 'trap' | 'deaf' | 'early';

export interface FailingTask extends WorkerTask {
  readonly manner: Manner;
}

const task = workerData as FailingTask;
const { words } = viewsOf(task.memory);
const ready = (): void => parentPort?.postMessage('ready');
const manners: Record<Manner, () => void> = {
  /** Ends without a word while the others wait for it. */
  exit: () => {
    ready();
    Atomics.wait(words, task.control.command / 4, 0);
    process.exit(3);
  },
  /** Reads outside of memory. */
  trap: () => work({ ...task, scratch: -64 }, ready),
  /** Ends before it is ready. */
  early: () => process.exit(4),
  /** Takes part in no step and ignores the command to end. */
  deaf: () => {
    ready();
    Atomics.wait(words, task.control.command / 4, 0);
    releaseThreads(words, task.control);
    for (;;) Atomics.wait(words, task.control.failed / 4, 1);
  },
};
setImmediate(manners[task.manner]);
