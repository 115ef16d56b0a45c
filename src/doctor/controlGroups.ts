/** What the control groups of Linux, which containers are made of, grant this process; versions 1 and 2, and both at once. */
import { dirname, join } from 'node:path';
import { readSystemFile } from './systemFiles.js';

export interface ControlGroupLimits {
  /** Processors' worth of time, such as 1.5; absent when there is no quota. */
  readonly processors?: number;
  /** Bytes; absent when there is no limit. */
  readonly memory?: number;
}

/** The group of this process in each hierarchy, as paths from the hierarchy's top. */
export interface ControlGroupPaths {
  /** Of version 2. */
  readonly unified?: string;
  readonly cpu?: string;
  readonly memory?: string;
}

/** Beyond any memory that can be bought: how version 1 writes "no limit", rounded down to pages of any size. */
const unlimited = 2 ** 60;

/** The tightest limits of this process' groups and of those that they are in. `root` stands for `/`. */
export async function readControlGroups(root = '/'): Promise<ControlGroupLimits> {
  const paths = parseControlGroups((await readSystemFile(join(root, 'proc/self/cgroup'))) ?? '');
  const groupsIn = (hierarchies: readonly string[], path = '/'): string[] =>
    hierarchies.flatMap((name) => groupsUpwards(path).map((group) => join(root, 'sys/fs/cgroup', name, group)));
  const unified = groupsIn(['', 'unified'], paths.unified);
  const timed = groupsIn(['cpu', 'cpu,cpuacct'], paths.cpu);
  const stored = groupsIn(['memory'], paths.memory);
  const processors = await lowest([
    ...unified.map(async (group) => parseCpuMax(await readSystemFile(join(group, 'cpu.max')))),
    ...timed.map(readQuota),
  ]);
  const memory = await lowest([
    ...unified.map(async (group) => parseBytes(await readSystemFile(join(group, 'memory.max')))),
    ...stored.map(async (group) => parseBytes(await readSystemFile(join(group, 'memory.limit_in_bytes')))),
  ]);
  return { ...(processors !== undefined && { processors }), ...(memory !== undefined && { memory }) };
}

/** Of the text of /proc/self/cgroup: lines such as `4:memory:/docker/3c9f` and, of version 2, `0::/user.slice`. */
export function parseControlGroups(text: string): ControlGroupPaths {
  const lines = text.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    return controllers === undefined || path === undefined ? [] : [{ controllers: controllers.split(','), path }];
  });
  const pathOf = (controller: string): string | undefined =>
    lines.find(({ controllers }) => controllers.includes(controller))?.path;
  const [unified, cpu, memory] = ['', 'cpu', 'memory'].map(pathOf);
  return {
    ...(unified !== undefined && { unified }),
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
  };
}

/** Processors of `cpu.max`: quota and period in microseconds, such as `150000 100000`; `max` is no quota. */
export function parseCpuMax(text: string | undefined): number | undefined {
  const [quota, period] = text?.trim().split(/\s+/).map(Number) ?? [];
  return processorsOf(quota, period);
}

/** Bytes of `memory.max` or `memory.limit_in_bytes`; undefined where there is no limit. */
export function parseBytes(text: string | undefined): number | undefined {
  const bytes = Number(text?.trim() || NaN);
  return Number.isFinite(bytes) && bytes < unlimited ? bytes : undefined;
}

/** Version 1 has one file each, and writes -1 for no quota. */
async function readQuota(group: string): Promise<number | undefined> {
  const [quota, period] = await Promise.all(
    ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map(async (name) => Number(await readSystemFile(join(group, name)))),
  );
  return processorsOf(quota, period);
}

function processorsOf(quota = NaN, period = NaN): number | undefined {
  return quota > 0 && period > 0 ? quota / period : undefined;
}

/** A container sees its own group as the top, under whatever path: every folder on the way is tried. */
function groupsUpwards(path: string): string[] {
  return path === '/' || path === '.' ? ['/'] : [path, ...groupsUpwards(dirname(path))];
}

async function lowest(values: readonly Promise<number | undefined>[]): Promise<number | undefined> {
  const known = (await Promise.all(values)).filter((value) => value !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
