/** The threads of one network: the caller's, and workers that sleep between calls. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CompiledModule } from '../compiler/compileModule.js';
import { LayersWasmError } from '../errors.js';
import { commands, type WorkerTask } from './workerTask.js';

type Programs = Record<'train' | 'predict', (scratch: number) => void> & { packAll: () => void };

export class ThreadPool {
  private closed = false;

  private constructor(
    private readonly compiled: CompiledModule,
    readonly memory: WebAssembly.Memory,
    private readonly programs: Programs,
    private readonly workers: readonly Worker[],
  ) {}

  /** Instantiates the module here and in `threads - 1` workers, and waits until they are ready. */
  static async start(compiled: CompiledModule): Promise<ThreadPool> {
    const { pages: initial, shared, plan, scratch } = compiled;
    const memory = new WebAssembly.Memory({ initial, maximum: initial, shared });
    const module = await WebAssembly.compile(compiled.bytes);
    const instance = await WebAssembly.instantiate(module, { env: { memory } });
    const workers = scratch.slice(1).map((address) => {
      const task: WorkerTask = { module, memory, control: plan.control, scratch: address };
      return new Worker(new URL('./worker.js', import.meta.url), { workerData: task });
    });
    await Promise.all(workers.map((worker) => ready(worker)));
    for (const worker of workers) worker.unref();
    return new ThreadPool(compiled, memory, instance.exports as unknown as Programs, workers);
  }

  /** Brings the packed copies of the weights up to date. */
  pack(): void {
    this.demandOpen();
    this.programs.packAll();
  }

  /** Runs a program on the batch whose size stands in the control words; small ones on this thread alone. */
  run(program: 'train' | 'predict', chunks: number): void {
    this.demandOpen();
    const { control } = this.compiled.plan;
    const words = new Int32Array(this.memory.buffer);
    const together = this.workers.length > 0 && (program === 'train' || chunks > 1);
    words[control.participants / 4] = together ? this.workers.length + 1 : 1;
    if (together) this.wake(words, commands[program]);
    this.programs[program](this.compiled.scratch[0]!);
  }

  private wake(words: Int32Array, command: number): void {
    const { control } = this.compiled.plan;
    words[control.program / 4] = command;
    Atomics.add(words, control.command / 4, 1);
    Atomics.notify(words, control.command / 4);
  }

  private demandOpen(): void {
    if (this.closed) throw new LayersWasmError('CLOSED', 'This network is closed; compile the model again to use it.');
  }

  /** Ends the workers. Calling it again does nothing. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    if (this.workers.length === 0) return;
    // A waiting process must stay alive until the last one is gone.
    for (const worker of this.workers) worker.ref();
    const exits = this.workers.map((worker) => once(worker, 'exit'));
    this.wake(new Int32Array(this.memory.buffer), commands.exit);
    await Promise.all(exits);
  }
}

/** Resolves when the worker says that it is ready; rejects when it fails first. */
async function ready(worker: Worker): Promise<void> {
  try {
    await once(worker, 'message');
  } catch (cause) {
    throw new LayersWasmError('THREAD_FAILED', 'A worker thread could not start; try fewer threads.', { cause });
  }
}
