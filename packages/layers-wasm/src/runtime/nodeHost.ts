/** Node: threads are worker_threads. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Host, Thread } from './host.js';
import { allowRelaxedSimd, canJoinVectors, hasWideVectors, joinVectors, knowsRelaxedSimd } from './v8.js';
import type { WorkerTask } from './workerTask.js';

/** `script` is the module that each thread runs: worker.js beside this file unless a test wants another. */
export function nodeHost(script = new URL('./worker.js', import.meta.url)): Host {
  return {
    processors: availableParallelism(),
    whyAlone: undefined,
    hasWideVectors,
    canJoinVectors,
    joinVectors,
    knowsRelaxedSimd,
    allowRelaxedSimd,
    startThread: async (task) => {
      // Options of the process are not for its threads: with --input-type=module no file would start.
      const worker = new Worker(script, { workerData: task satisfies WorkerTask, execArgv: [] });
      const thread = new NodeThread(worker);
      const ready = Promise.all([once(worker, 'online'), once(worker, 'message')]);
      const failed = new Promise((_, reject) => {
        worker.once('error', reject);
        worker.once('exit', (code) => reject(new Error(`It ended with code ${code} before it was ready.`)));
      });
      await Promise.race([ready, failed]);
      thread.observe();
      worker.unref();
      return thread;
    },
  };
}

class NodeThread implements Thread {
  readonly ended: Promise<void>;
  private exited = false;

  constructor(private readonly worker: Worker) {
    this.ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.exited = true;
        resolve();
      });
    });
    // What went wrong in a worker is told by the next call; without a listener it would end the process.
    worker.on('error', () => undefined);
  }

  /** To be called when the worker runs its event loop: Node learns then when it began, without which it reports nothing. */
  observe(): void {
    this.worker.performance.eventLoopUtilization();
  }

  isAlive(): boolean {
    // The event of an exit waits for this thread's event loop. The idle time does not: it is read from the worker, -1 when there is none.
    return !this.exited && this.worker.performance.eventLoopUtilization().idle >= 0;
  }

  hold(): void {
    this.worker.ref();
  }

  stop(): void {
    void this.worker.terminate();
  }
}
