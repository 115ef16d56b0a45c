/** What the engine needs of the place where it runs, and which of its two kinds this is. */
import type { WorkerTask } from './workerTask.js';

/** A worker thread that is ready for commands. */
export interface Thread {
  /** Resolves when the thread has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** False only when the thread has ended for certain; answers without a turn of the event loop, where the host can. */
  isAlive(): boolean;
  /** Lets the thread, which has been told to end, keep the process alive until it has. */
  hold(): void;
  /** Ends the thread whatever it does. */
  stop(): void;
}

/** What some hosts that join vectors cannot join. */
export interface JoinedCode {
  /** Multiplications and additions are rounded once. */
  readonly fused: boolean;
}

export interface Host {
  /** Threads that can run at the same time. */
  readonly processors: number;
  /** Why there is one thread only, and what to do about it, in sentences; undefined where there can be more. */
  readonly whyAlone: string | undefined;
  /** Whether the processor has vectors of 256 bits, which a host may join narrower ones to; false where the host does not tell. */
  hasWideVectors(): Promise<boolean>;
  /** Whether `joinVectors` would, without doing it. */
  canJoinVectors(code: JoinedCode): Promise<boolean>;
  /** Makes the host join neighbouring vectors to wider ones from here on, with the same results; false where it cannot. */
  joinVectors(code: JoinedCode): Promise<boolean>;
  /** Whether `allowRelaxedSimd` would, without doing it. */
  knowsRelaxedSimd(): boolean;
  /** Makes relaxed SIMD available; false where there is none. */
  allowRelaxedSimd(): boolean;
  /** Rejects with what went wrong when the thread cannot start. */
  startThread(task: WorkerTask): Promise<Thread>;
}

/** The host of this process, page or worker. Nothing of Node is loaded outside it. */
export async function findHost(): Promise<Host> {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  const inNode = process?.versions?.node !== undefined;
  return inNode ? (await import('./nodeHost.js')).nodeHost() : (await import('./browserHost.js')).browserHost();
}

/** True where this thread may sleep until another one wakes it, and memory can be shared. A page's main thread may not. */
export function canWait(): boolean {
  try {
    return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0) === 'timed-out';
  } catch {
    return false;
  }
}
