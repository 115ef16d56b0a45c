/** A thread of the engine: sleeps until there is work, runs its share, sleeps again. */
import { parentPort, workerData } from 'node:worker_threads';
import { commands, type WorkerTask } from './workerTask.js';

const task = workerData as WorkerTask;
const { exports } = new WebAssembly.Instance(task.module, { env: { memory: task.memory } });
const programs = exports as unknown as Record<'train' | 'predict', (scratch: number) => void>;
const words = new Int32Array(task.memory.buffer);
const commandWord = task.control.command / 4;
let seen = Atomics.load(words, commandWord);
parentPort?.postMessage('ready');

for (;;) {
  Atomics.wait(words, commandWord, seen);
  const command = Atomics.load(words, commandWord);
  if (command === seen) continue;
  seen = command;
  const program = words[task.control.program / 4];
  if (program === commands.exit) break;
  programs[program === commands.train ? 'train' : 'predict'](task.scratch);
}
