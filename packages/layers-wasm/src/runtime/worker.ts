/** A thread of the engine in Node. */
import { parentPort, workerData } from 'node:worker_threads';
import { work, workerMessages, type WorkerTask } from './workerTask.js';

work(workerData as WorkerTask, () => parentPort?.postMessage(workerMessages.ready));
