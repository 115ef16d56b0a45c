/** A thread of the engine in Node. */
import { parentPort, workerData } from 'node:worker_threads';
import { work, workerMessages, type WorkerTask } from './workerTask.js';

// From within the event loop: how it fares is how the calling thread knows that this one lives.
setImmediate(() => work(workerData as WorkerTask, () => parentPort?.postMessage(workerMessages.ready)));
