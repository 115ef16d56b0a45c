/** A thread of the engine: sleeps until there is work, runs its share, sleeps again. */
import { parentPort, workerData } from 'node:worker_threads';
import { commands, releaseThreads, type Programs, type WorkerTask } from './workerTask.js';

const { module, memory, control, scratch } = workerData as WorkerTask;
const programs = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Programs;
const words = new Int32Array(memory.buffer);
const commandWord = control.command / 4;
let seen = Atomics.load(words, commandWord);
parentPort?.postMessage('ready');

for (;;) {
  Atomics.wait(words, commandWord, seen);
  const command = Atomics.load(words, commandWord);
  if (command === seen) continue;
  seen = command;
  const program = words[control.program / 4];
  if (program === commands.exit) break;
  try {
    programs[program === commands.train ? 'train' : 'predict'](scratch);
  } catch (error) {
    releaseThreads(words, control);
    throw error;
  }
}
