/// <reference lib="es2024.sharedmemory" />
/**
 * The shared words by which the training thread and its batch workers agree who may write which slot.
 *
 * Batches since the last start are numbered 0, 1, 2, ...; number n lives in slot n % slots. A worker claims the next number,
 * waits until the batch that held its slot is released, fills it and publishes it. The training thread sends nothing in
 * between, so workers run ahead by the number of slots even while it computes without a break.
 */

/** Word indices; `ready` is followed by one word per slot, then one per worker. */
const word = { generation: 0, epoch: 1, batch: 2, claimed: 3, released: 4, ready: 5 } as const;

/** Where a run of batches begins. Odd generations run, even ones stand still. */
export interface BatchRun {
  readonly generation: number;
  readonly epoch: number;
  readonly batch: number;
}

export interface BatchControlSize {
  readonly slots: number;
  readonly workers: number;
}

/** One view of the shared words; every thread makes its own over the same memory. */
export class BatchControl {
  readonly memory: SharedArrayBuffer;
  private readonly words: Int32Array;
  private readonly size: BatchControlSize;

  /** Over `memory` of another thread's control, or over fresh memory, standing still. */
  constructor(size: BatchControlSize, memory?: SharedArrayBuffer) {
    this.size = size;
    this.memory = memory ?? new SharedArrayBuffer(4 * (word.ready + size.slots + size.workers));
    this.words = new Int32Array(this.memory);
  }

  // ---- the training thread ----

  /** Lets the workers run from `batch` of `epoch` on. Only after `stop`. */
  start(epoch: number, batch: number): void {
    this.words.fill(0, word.claimed, word.ready + this.size.slots);
    this.words[word.epoch] = epoch;
    this.words[word.batch] = batch;
    Atomics.add(this.words, word.generation, 1);
    Atomics.notify(this.words, word.generation);
  }

  /** Makes every worker stand still and resolves when all do. `check` throws if that can never be. */
  async stop(check: () => void): Promise<void> {
    if (this.running(Atomics.load(this.words, word.generation))) Atomics.add(this.words, word.generation, 1);
    // Changed, not only notified: a worker between its check and its wait would sleep through a notification.
    Atomics.add(this.words, word.released, 1);
    Atomics.notify(this.words, word.released);
    const generation = Atomics.load(this.words, word.generation);
    for (let worker = 0; worker < this.size.workers; worker++) {
      await this.whenEqual(this.parkedWord(worker), generation + 1, check);
    }
  }

  /** Resolves when batch `number` is published: at once, without a turn of the event loop, if it is already. */
  async whenReady(number: number, check: () => void): Promise<void> {
    await this.whenEqual(this.readyWord(number), number + 1, check);
  }

  /** Gives the slots of all batches below `number` back to the workers. */
  release(number: number): void {
    Atomics.store(this.words, word.released, number);
    Atomics.notify(this.words, word.released);
  }

  /** Makes every pending `stop` and `whenReady` call its check again. */
  wakeWaiting(): void {
    for (let index = word.ready; index < this.words.length; index++) Atomics.notify(this.words, index);
  }

  private async whenEqual(index: number, value: number, check: () => void): Promise<void> {
    for (;;) {
      check();
      const seen = Atomics.load(this.words, index);
      if (seen === value) return;
      const wait = Atomics.waitAsync(this.words, index, seen);
      if (wait.async) await wait.value;
    }
  }

  // ---- a worker ----

  /** Says that `worker` stands still, and blocks until there is a run. */
  waitForRun(worker: number): BatchRun {
    for (;;) {
      const generation = Atomics.load(this.words, word.generation);
      if (this.running(generation)) {
        return { generation, epoch: this.words[word.epoch]!, batch: this.words[word.batch]! };
      }
      // Plus one: fresh memory, all zeros, must not look as if every worker had come to rest.
      Atomics.store(this.words, this.parkedWord(worker), generation + 1);
      Atomics.notify(this.words, this.parkedWord(worker));
      Atomics.wait(this.words, word.generation, generation);
    }
  }

  /** The next batch number that no worker has taken. */
  claim(): number {
    return Atomics.add(this.words, word.claimed, 1);
  }

  /** Blocks until the slot of batch `number` is free; false if the run has ended meanwhile. */
  waitForSlot(number: number, run: BatchRun): boolean {
    for (;;) {
      const released = Atomics.load(this.words, word.released);
      if (Atomics.load(this.words, word.generation) !== run.generation) return false;
      if (number < released + this.size.slots) return true;
      Atomics.wait(this.words, word.released, released);
    }
  }

  /** Hands batch `number` to the training thread. */
  publish(number: number): void {
    Atomics.store(this.words, this.readyWord(number), number + 1);
    Atomics.notify(this.words, this.readyWord(number));
  }

  private running(generation: number): boolean {
    return generation % 2 === 1;
  }

  private readyWord(number: number): number {
    return word.ready + (number % this.size.slots);
  }

  private parkedWord(worker: number): number {
    return word.ready + this.size.slots + worker;
  }
}
