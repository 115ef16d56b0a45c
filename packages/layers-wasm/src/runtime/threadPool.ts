/** The threads of one network: the caller's, and workers that sleep between calls. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CompiledModule } from '../compiler/compileModule.js';
import { LayersWasmError } from '../errors.js';
import { ProfileClock } from './profileClock.js';
import { commands, releaseThreads, type Programs, type WorkerTask } from './workerTask.js';

/** 64 KiB pages that a 32-bit memory can have. */
const mostPages = 65536;

/** The module as the calling thread runs it. */
interface Instance {
  readonly memory: WebAssembly.Memory;
  readonly clock: ProfileClock;
  readonly programs: Programs;
}

export class ThreadPool {
  private closed = false;
  readonly memory: WebAssembly.Memory;
  readonly clock: ProfileClock;
  private readonly exits: readonly Promise<unknown>[];

  private constructor(
    private readonly compiled: CompiledModule,
    private readonly instance: Instance,
    private readonly workers: readonly Worker[],
  ) {
    this.memory = instance.memory;
    this.clock = instance.clock;
    this.exits = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    // What went wrong in a worker is told by the next call; without a listener it would end the process.
    for (const worker of workers) worker.on('error', () => this.release()).unref();
  }

  /** Instantiates the module here and in `threads - 1` workers, and waits until they are ready. */
  static async start(compiled: CompiledModule): Promise<ThreadPool> {
    const memory = allocate(compiled);
    const module = await WebAssembly.compile(compiled.bytes);
    const clock = new ProfileClock();
    const instance = await WebAssembly.instantiate(module, { env: { memory, mark: clock.mark } });
    const workers = compiled.scratch.slice(1).map((scratch) => {
      const task: WorkerTask = { module, memory, control: compiled.plan.control, scratch };
      return new Worker(new URL('./worker.js', import.meta.url), { workerData: task });
    });
    try {
      await Promise.all(workers.map((worker) => once(worker, 'message')));
    } catch (cause) {
      await Promise.all(workers.map((worker) => worker.terminate()));
      throw new LayersWasmError('THREAD_FAILED', 'A worker thread could not start; try fewer threads.', { cause });
    }
    return new ThreadPool(compiled, { memory, clock, programs: instance.exports as unknown as Programs }, workers);
  }

  private get words(): Int32Array {
    return new Int32Array(this.memory.buffer);
  }

  private release(): void {
    releaseThreads(this.words, this.compiled.plan.control);
  }

  /** Brings the packed copies of the weights up to date. */
  pack(): void {
    this.demandWorking();
    this.instance.programs.packAll();
  }

  /** Runs a program on the batch whose size stands in the control words; small ones on this thread alone. */
  run(program: 'train' | 'predict', chunks: number): void {
    this.demandWorking();
    const { control } = this.compiled.plan;
    const together = this.workers.length > 0 && (program === 'train' || chunks > 1);
    this.words[control.participants / 4] = together ? this.workers.length + 1 : 1;
    if (together) this.wake(commands[program]);
    try {
      this.instance.programs[program](this.compiled.scratch[0]!);
    } catch (cause) {
      this.release();
      throw cause;
    }
    this.demandWorking();
  }

  private wake(command: number): void {
    const { control } = this.compiled.plan;
    this.words[control.program / 4] = command;
    Atomics.add(this.words, control.command / 4, 1);
    Atomics.notify(this.words, control.command / 4);
  }

  private demandWorking(): void {
    if (this.closed) throw new LayersWasmError('CLOSED', 'This network is closed; compile the model again to use it.');
    if (Atomics.load(this.words, this.compiled.plan.control.failed / 4) !== 0) {
      throw new LayersWasmError(
        'THREAD_FAILED',
        'A thread of this network has failed; compile the model again to go on.',
      );
    }
  }

  /** Ends the workers. Calling it again does nothing. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const worker of this.workers) worker.ref(); // or the process could end before they have
    this.wake(commands.exit);
    await Promise.all(this.exits);
  }
}

/** The memory of a network. Throws MEMORY_EXCEEDED, with what it needs, when there is not enough. */
function allocate({ pages: initial, shared }: CompiledModule): WebAssembly.Memory {
  const need = `${((initial * 65536) / 2 ** 30).toFixed(1)} GiB`;
  const advice = 'Try a smaller batchSize.';
  if (initial > mostPages) {
    throw new LayersWasmError(
      'MEMORY_EXCEEDED',
      `This network needs ${need} of memory; WebAssembly has 4 GiB. ${advice}`,
    );
  }
  try {
    return new WebAssembly.Memory({ initial, maximum: initial, shared });
  } catch (cause) {
    throw new LayersWasmError(
      'MEMORY_EXCEEDED',
      `This network needs ${need} of memory, which could not be had. ${advice}`,
      {
        cause,
      },
    );
  }
}
