/** Browsers: threads are module workers, where the page is cross-origin isolated and this thread may wait. */
import { canWait, type Host, type Thread } from './host.js';
import { hasRelaxedSimd } from './simd.js';
import { workerMessages } from './workerTask.js';

/** The host of a page or of a worker in one. */
export function browserHost(): Host {
  return {
    processors: navigator.hardwareConcurrency,
    whyAlone: whyAlone(),
    hasWideVectors: () => Promise.resolve(false),
    canJoinVectors: () => Promise.resolve(false),
    joinVectors: () => Promise.resolve(false),
    knowsRelaxedSimd: hasRelaxedSimd,
    allowRelaxedSimd: hasRelaxedSimd,
    // A worker may also be refused at once: one whose script comes from another origin, for instance.
    startThread: async (task) => {
      const worker = new Worker(new URL('./browserWorker.js', import.meta.url), { type: 'module' });
      return new Promise((resolve, reject) => {
        const thread = new BrowserThread(worker, () => resolve(thread));
        worker.onerror = (event) => {
          event.preventDefault();
          thread.end();
          reject(new Error(event.message || 'Its script could not be loaded.'));
        };
        worker.postMessage(task);
      });
    },
  };
}

function whyAlone(): string | undefined {
  if (!globalThis.crossOriginIsolated) {
    return (
      'Threads share memory, which browsers give to cross-origin isolated pages only. Serve the page and its scripts with the headers ' +
      '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp", or compile with threads: 1.'
    );
  }
  if (!canWait())
    return "A page's main thread may not wait for others. Compile in a module worker, or with threads: 1.";
  if (typeof Worker === 'undefined') {
    return 'This kind of worker cannot start others. Compile in a dedicated module worker, or with threads: 1.';
  }
  return undefined;
}

class BrowserThread implements Thread {
  readonly ended: Promise<void>;
  private alive = true;
  private resolveEnded!: () => void;

  constructor(
    private readonly worker: Worker,
    ready: () => void,
  ) {
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
    worker.onmessage = ({ data }) => {
      if (data === workerMessages.ready) ready();
      if (data === workerMessages.ended) this.end();
    };
  }

  /** A browser tells of a worker's end by events alone; nobody but this page could end one. */
  isAlive(): boolean {
    return this.alive;
  }

  end(): void {
    this.alive = false;
    this.worker.terminate();
    this.resolveEnded();
  }

  /** A page lives on without its workers' help. */
  hold(): void {
    // Nothing to do.
  }

  stop(): void {
    this.end();
  }
}
