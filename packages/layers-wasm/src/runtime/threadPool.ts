/** The threads of one network: the caller's, and workers that sleep between calls. */
import type { CompiledModule } from '../compiler/compileModule.js';
import { watchName } from '../compiler/emitProgram.js';
import { markName } from '../compiler/profile.js';
import { LayersWasmError } from '../errors.js';
import type { Host, Thread } from './host.js';
import { viewsOf, type MemoryViews } from './linearMemory.js';
import { returnMemory, takeMemory } from './memories.js';
import { ProfileClock } from './profileClock.js';
import { commands, releaseThreads, type Programs, type WorkerTask } from './workerTask.js';

/** How long a worker may take to notice that it is to end, before it is stopped. */
const graceMs = 2000;

/** The module as the calling thread runs it; a closed network lets go of it. */
interface Instance {
  readonly memory: WebAssembly.Memory;
  readonly views: MemoryViews;
  readonly programs: Programs;
  readonly clock: ProfileClock;
}

export class ThreadPool {
  private instance: Instance | undefined;
  private threads: readonly Thread[] = [];
  private closing: Promise<void> | undefined;
  /** Where the module's memory holds what every call asks for: elements of its words. */
  private readonly failedWord: number;
  private readonly participantsWord: number;

  private constructor(
    private readonly compiled: CompiledModule,
    instance: Instance,
  ) {
    this.instance = instance;
    const { failed, participants } = compiled.plan.control;
    this.failedWord = failed / 4;
    this.participantsWord = participants / 4;
  }

  /** Instantiates the module here and in `threads - 1` workers of `host`, and waits until they are ready. */
  static async start(compiled: CompiledModule, host: Host): Promise<ThreadPool> {
    const memory = takeMemory(compiled);
    // Compiled and instantiated behind promises: the main threads of some browsers refuse large modules otherwise.
    const module = await WebAssembly.compile(compiled.bytes);
    const clock = new ProfileClock();
    const env = { memory, [watchName]: () => pool.watch(), [markName]: clock.mark };
    const { exports } = await WebAssembly.instantiate(module, { env });
    const programs = exports as unknown as Programs;
    const pool = new ThreadPool(compiled, { memory, views: viewsOf(memory), clock, programs });
    const tasks = compiled.scratch.slice(1).map((scratch): WorkerTask => {
      return { module, memory, control: compiled.plan.control, scratch };
    });
    const started = await Promise.allSettled(tasks.map((task) => host.startThread(task)));
    pool.threads = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    for (const { ended } of pool.threads) void ended.then(() => pool.release());
    const failed = started.find((outcome) => outcome.status === 'rejected');
    if (failed) {
      await pool.close();
      const message = `A worker thread could not start${because(failed.reason)}; try fewer threads.`;
      throw new LayersWasmError('THREAD_FAILED', message, { cause: failed.reason });
    }
    return pool;
  }

  /** Throws CLOSED or THREAD_FAILED when the network is of no use any more: its weights may be half updated then. */
  get views(): MemoryViews {
    return this.use().views;
  }

  get clock(): ProfileClock {
    return this.use().clock;
  }

  /** Throws as `views` does, for calls that have to say so before anything else. */
  demandUsable(): void {
    this.use();
  }

  /** Brings the packed copies of the weights up to date. */
  pack(): void {
    this.use().programs.packAll(this.compiled.scratch[0]!);
  }

  /** Makes scales and shifts of the moving averages, which prediction reads and training overwrites. */
  normalize(): void {
    this.use().programs.normalizeAll();
  }

  /** Runs a program on the batch whose size stands in the control words; small ones on this thread alone. */
  run(program: 'train' | 'predict', chunks: number): void {
    const { views, programs } = this.use();
    const { words } = views;
    const together = this.threads.length > 0 && (program === 'train' || chunks > 1);
    words[this.participantsWord] = together ? this.threads.length + 1 : 1;
    if (together) this.wake(words, commands[program]);
    try {
      programs[program](this.compiled.scratch[0]!);
    } catch (cause) {
      this.release();
      throw threadFailed(cause);
    }
    if (words[this.failedWord] !== 0) throw threadFailed();
  }

  /** Ends the workers and lets go of the memory. Calling it again does nothing more. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private use(): Instance {
    if (!this.instance) {
      throw new LayersWasmError('CLOSED', 'This network is closed; compile the model again to use it.');
    }
    // No atomic: a program that has waited for others has read the word by one.
    if (this.instance.views.words[this.failedWord] !== 0) throw threadFailed();
    return this.instance;
  }

  /** Called while the program waits for the others: one that has ended would be waited for in vain. */
  private watch(): void {
    if (this.threads.some((thread) => !thread.isAlive())) this.release();
  }

  private release(): void {
    if (this.instance) releaseThreads(this.instance.views.words, this.compiled.plan.control);
  }

  private wake(words: Int32Array, command: number): void {
    const { control } = this.compiled.plan;
    words[control.program / 4] = command;
    Atomics.add(words, control.command / 4, 1);
    Atomics.notify(words, control.command / 4);
  }

  private async end(): Promise<void> {
    const { memory, views } = this.instance!;
    this.instance = undefined;
    if (this.threads.length > 0) this.wake(views.words, commands.exit);
    const ends = await Promise.all(this.threads.map(endOf));
    // Of a thread that had to be stopped nobody knows for how long it still runs: browsers do not tell.
    if (Atomics.load(views.words, this.failedWord) === 0 && !ends.includes('stopped')) returnMemory(memory);
  }
}

function threadFailed(cause?: unknown): LayersWasmError {
  const message = `A thread of this network has failed${because(cause)}; compile the model again to go on.`;
  return new LayersWasmError('THREAD_FAILED', message, { cause });
}

/** What is known of a cause, to be put behind what it caused. */
function because(cause: unknown): string {
  return cause instanceof Error ? ` (${cause.message})` : '';
}

/** Waits until the thread, which has been told to end, has done so, or stops it. */
async function endOf(thread: Thread): Promise<'ended' | 'stopped'> {
  let end: 'ended' | 'stopped' = 'ended';
  thread.hold();
  const timer = setTimeout(() => {
    end = 'stopped';
    thread.stop();
  }, graceMs);
  await thread.ended;
  clearTimeout(timer);
  return end;
}
