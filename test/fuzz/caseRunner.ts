/** Runs cases in one thread after the other, and those that go wrong there once more as a user would. */
import { Worker } from 'node:worker_threads';
import { readModel } from '../../src/model/formats/readModel.js';
import type { ThreadMessage } from './fuzzingThread.js';
import { outcomeOf, type Opening, type Outcome } from './outcome.js';
import { limits } from './report.js';

export interface MeasuredOutcome {
  readonly outcome: Outcome;
  /** Processor time of all threads of this process, in milliseconds: the wall clock would tell of other programs too. */
  readonly cpuMs: number;
  /** It was read by `readModel`, with a thread of its own. */
  readonly isAlone: boolean;
}

/** Processor time that a case gets in the thread that it shares; real files take a tenth. Some damage makes the HDF5 library loop. */
const sharedPatienceMs = 200;

/** The library keeps some memory of each file that it could not open. */
const casesPerThread = 500;

export class CaseRunner {
  private worker: Worker | undefined;
  private casesDone = 0;

  /** Reads one case, where `alone` says so or the shared thread fails it, by `readModel`. One call at a time. */
  async run(opening: Opening, alone: boolean): Promise<MeasuredOutcome> {
    if (!alone) {
      const startedAt = process.cpuUsage();
      const shared = await this.share(opening);
      if (shared !== undefined) return { outcome: shared, cpuMs: cpuMsSince(startedAt), isAlone: false };
    }
    await this.close(); // its memory is not the case's
    const first = await readAlone(opening);
    if (first.cpuMs <= limits.cpuMs) return first;
    const second = await readAlone(opening); // once more: on a busy machine the same work can take twice the time
    return second.cpuMs < first.cpuMs ? second : first;
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
    this.worker = undefined;
  }

  /** What the shared thread says; undefined when it comes to no end or dies. */
  private async share(opening: Opening): Promise<Outcome | undefined> {
    const worker = await this.startedWorker();
    const message = await answerOf(worker, opening);
    this.casesDone += 1;
    if (message === undefined || message.isSpent || this.casesDone >= casesPerThread) await this.close();
    return message?.outcome;
  }

  private async startedWorker(): Promise<Worker> {
    if (this.worker !== undefined) return this.worker;
    this.casesDone = 0;
    const limits = { maxOldGenerationSizeMb: 128 };
    this.worker = new Worker(new URL('./fuzzingThread.js', import.meta.url), {
      resourceLimits: limits,
      stdout: true,
      stderr: true,
    });
    this.worker.stdout.resume(); // the HDF5 library tells of every error on the console
    this.worker.stderr.resume();
    this.worker.on('error', () => undefined); // the case that it died of is read again, alone
    const worker = this.worker;
    worker.once('exit', () => (this.worker = this.worker === worker ? undefined : this.worker));
    await new Promise((resolve) => worker.once('message', resolve)); // that it is ready
    return worker;
  }
}

async function readAlone(opening: Opening): Promise<MeasuredOutcome> {
  const startedAt = process.cpuUsage();
  const outcome = await outcomeOf(opening, readModel);
  return { outcome, cpuMs: cpuMsSince(startedAt), isAlone: true };
}

function answerOf(worker: Worker, opening: Opening): Promise<ThreadMessage | undefined> {
  const startedAt = process.cpuUsage();
  return new Promise((resolve) => {
    const endsAt = performance.now() + 100 * sharedPatienceMs; // should it sleep instead of working
    const timer = setInterval(() => {
      if (cpuMsSince(startedAt) > sharedPatienceMs || performance.now() > endsAt) end(undefined);
    }, 20);
    const end = (message: ThreadMessage | undefined): void => {
      clearInterval(timer);
      worker.off('message', end).off('exit', died);
      resolve(message);
    };
    const died = (): void => end(undefined);
    worker.once('message', end).once('exit', died);
    worker.postMessage(opening);
  });
}

function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
