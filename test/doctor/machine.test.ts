/** Facts of a machine, from texts of Linux and on this one. */
import { statfsSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { describeDisk, describeMachine } from '../../src/doctor/machine.js';
import { describeMemory, parseAvailable } from '../../src/doctor/memory.js';
import { describeProcessors, parseAllowed } from '../../src/doctor/processors.js';
import { systemRoot } from './systemRoot.js';

const status = (list: string): string =>
  `Name:\tnode\nCpus_allowed:\t3\nCpus_allowed_list:\t${list}\nMems_allowed_list:\t0\n`;

test.each([
  ['0-1', 2],
  ['0', 1],
  ['0-3,8,10-11', 7],
])('processors %s', (list, count) => {
  expect(parseAllowed(status(list))).toBe(count);
});

test('a system that does not tell them', () => {
  expect(parseAllowed('Name:\tnode\n')).toBeUndefined();
});

test('processors of this process, with what a container takes from them', async () => {
  const root = systemRoot({ 'proc/self/status': status('2-4') });
  const facts = await describeProcessors(1.5, root);
  expect(facts).toMatchObject({ allowed: 3, quota: 1.5 });
  expect(facts.present).toBeGreaterThan(0);
  expect(await describeProcessors(undefined, systemRoot({}))).toMatchObject({ allowed: facts.threads });
});

describe('memory', () => {
  const meminfo = 'MemTotal:       24684084 kB\nMemFree:        21661472 kB\nMemAvailable:   23057028 kB\n';

  test('that is available', async () => {
    expect(parseAvailable(meminfo)).toBe(23_057_028 * 1024);
    expect(parseAvailable('MemTotal: 1 kB\n')).toBeUndefined();
    const root = systemRoot({ 'proc/meminfo': meminfo });
    expect(await describeMemory(undefined, root)).toMatchObject({ available: 23_057_028 * 1024, total: totalmem() });
  });

  test('a limit counts when it is below what there is', async () => {
    expect(await describeMemory(2 ** 27, systemRoot({}))).toMatchObject({ limit: 2 ** 27 });
    const { limit = 0 } = await describeMemory(2 * totalmem(), systemRoot({}));
    expect(limit).toBeLessThan(totalmem());
  });
});

test('a folder that is not there yet is on the disk of those above it', async () => {
  const folder = join(tmpdir(), 'no', 'such', 'folder');
  const { bavail, bsize } = statfsSync(tmpdir());
  const disk = await describeDisk('engines', folder);
  expect(disk).toMatchObject({ use: 'engines', folder });
  // Other processes write meanwhile.
  expect(disk.free! / (bavail * bsize)).toBeCloseTo(1, 1);
});

test('this machine', async () => {
  const { node, processors, memory, features, disks } = await describeMachine();
  expect(node).toMatchObject({ version: process.versions.node, abi: process.versions.modules });
  expect(processors.allowed).toBeGreaterThan(0);
  expect(processors.allowed).toBeLessThanOrEqual(processors.present);
  expect(memory.available).toBeGreaterThan(0);
  expect(memory.available).toBeLessThanOrEqual(memory.total);
  expect(features.simd).toBe(true);
  expect(disks.map(({ use }) => use)).toEqual(['runs', 'engines']);
});
