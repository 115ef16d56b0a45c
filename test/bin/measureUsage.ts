/** Loaded before a program (`node --import`): says on its fourth stream, at its end, what it took. */
import { writeSync } from 'node:fs';
import { peakMegabytes } from '../peakMemory.js';

/** What a program took. */
export interface Usage {
  /** Processor time of all its threads, in milliseconds. */
  readonly cpuMs: number;
  /** The most memory that it had at once, Node included. */
  readonly megabytes: number;
}

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(3, JSON.stringify({ cpuMs: (user + system) / 1000, megabytes: peakMegabytes() } satisfies Usage));
});
