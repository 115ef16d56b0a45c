/** How many processors this process may really use. */
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { readSystemFile } from './systemFiles.js';

export interface ProcessorFacts {
  /** Such as `AMD EPYC 9654`; empty where the system does not tell. */
  readonly model: string;
  /** Logical processors of the machine. */
  readonly present: number;
  /** Those that this process may run on: `taskset`, `docker run --cpuset-cpus`. */
  readonly allowed: number;
  /** Processors' worth of time that the container grants: `docker run --cpus`; absent without a quota. */
  readonly quota?: number;
  /** How many threads `fer` takes unless told: what Node makes of all this. */
  readonly threads: number;
}

/** Of this process; `quota` as the control groups have it, `root` stands for `/`. */
export async function describeProcessors(quota: number | undefined, root = '/'): Promise<ProcessorFacts> {
  const processors = cpus();
  const status = await readSystemFile(join(root, 'proc/self/status'));
  const threads = availableParallelism();
  return {
    model: processors[0]?.model.trim() ?? '',
    present: processors.length,
    allowed: parseAllowed(status ?? '') ?? threads,
    ...(quota !== undefined && { quota }),
    threads,
  };
}

/** Processors in the line `Cpus_allowed_list:	0-3,8` of /proc/self/status; undefined without one. */
export function parseAllowed(status: string): number | undefined {
  const list = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(status)?.[1];
  if (list === undefined) return undefined;
  return list.split(',').reduce((count, part) => {
    const [first = NaN, last = first] = part.split('-').map(Number);
    return count + last - first + 1;
  }, 0);
}
