/** A thread of the engine in a browser: its task is the first message. */
import { work, workerMessages, type WorkerTask } from './workerTask.js';

globalThis.onmessage = ({ data }: MessageEvent<WorkerTask>) => {
  work(data, () => globalThis.postMessage(workerMessages.ready));
  globalThis.postMessage(workerMessages.ended);
};
