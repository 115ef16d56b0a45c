/** How much memory there is, and how much of it a run can have. */
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { readSystemFile } from './systemFiles.js';

/** All in bytes. */
export interface MemoryFacts {
  /** Of the machine. */
  readonly total: number;
  /** What new programs can have without any other being swapped out. */
  readonly available: number;
  /** What the container may have, programs that run in it already included; absent when that is all. */
  readonly limit?: number;
}

/** Of this machine; `limit` as the control groups have it, `root` stands for `/`. */
export async function describeMemory(limit: number | undefined, root = '/'): Promise<MemoryFacts> {
  const total = totalmem();
  const available = parseAvailable((await readSystemFile(join(root, 'proc/meminfo'))) ?? '') ?? freemem();
  // Where there is no limit Node gives 0 or 2^64; on Linux it reads the same control groups, but not those above.
  const constrained = process.constrainedMemory();
  const limits = [limit, constrained].filter((bytes) => bytes !== undefined && bytes > 0 && bytes < total);
  return { total, available, ...(limits.length > 0 && { limit: Math.min(...(limits as number[])) }) };
}

/** Bytes in the line `MemAvailable:   23057028 kB` of /proc/meminfo; undefined without one. */
export function parseAvailable(meminfo: string): number | undefined {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
