/** Control groups as Docker, systemd and a hybrid system write them. */
import { describe, expect, test } from '@jest/globals';
import { parseBytes, parseControlGroups, parseCpuMax, readControlGroups } from '../../src/doctor/controlGroups.js';
import { systemRoot } from './systemRoot.js';

const hybrid = `9:name=systemd:/
8:pids:/
4:memory:/jobs/eb6325baa0ac
2:cpuacct:/
1:cpu:/
0::/
`;
const docker1 = `12:memory:/docker/3c9f
5:cpu,cpuacct:/docker/3c9f
1:name=systemd:/docker/3c9f
`;

test.each([
  ['0::/user.slice/user-1000.slice/session-2.scope\n', { unified: '/user.slice/user-1000.slice/session-2.scope' }],
  [hybrid, { unified: '/', cpu: '/', memory: '/jobs/eb6325baa0ac' }],
  [docker1, { cpu: '/docker/3c9f', memory: '/docker/3c9f' }],
  ['', {}],
])('the groups of a process', (text, expected) => {
  expect(parseControlGroups(text)).toEqual(expected);
});

test.each([
  ['max 100000\n', undefined],
  ['150000 100000\n', 1.5],
  ['50000 100000\n', 0.5],
  ['', undefined],
  [undefined, undefined],
])('cpu.max %j', (text, processors) => {
  expect(parseCpuMax(text)).toBe(processors);
});

test.each([
  ['max\n', undefined],
  ['2147483648\n', 2 ** 31],
  ['9223372036854771712\n', undefined], // no limit, in version 1
  ['', undefined],
  [undefined, undefined],
])('a limit of memory %j', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

describe('readControlGroups', () => {
  test('version 2 inside a container', async () => {
    const root = systemRoot({
      'proc/self/cgroup': '0::/\n',
      'sys/fs/cgroup/cpu.max': '200000 100000\n',
      'sys/fs/cgroup/memory.max': '4294967296\n',
    });
    expect(await readControlGroups(root)).toEqual({ processors: 2, memory: 2 ** 32 });
  });

  test('version 2 on a host: a group above grants less', async () => {
    const root = systemRoot({
      'proc/self/cgroup': '0::/build.slice/job.scope\n',
      'sys/fs/cgroup/build.slice/cpu.max': '150000 100000\n',
      'sys/fs/cgroup/build.slice/memory.max': 'max\n',
      'sys/fs/cgroup/build.slice/job.scope/cpu.max': '400000 100000\n',
      'sys/fs/cgroup/build.slice/job.scope/memory.max': '1073741824\n',
    });
    expect(await readControlGroups(root)).toEqual({ processors: 1.5, memory: 2 ** 30 });
  });

  test('version 1 in Docker, which mounts its own group at the top', async () => {
    const root = systemRoot({
      'proc/self/cgroup': docker1,
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '50000\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '536870912\n',
    });
    expect(await readControlGroups(root)).toEqual({ processors: 0.5, memory: 2 ** 29 });
  });

  test('both versions at once, without limits', async () => {
    const root = systemRoot({
      'proc/self/cgroup': hybrid,
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      'sys/fs/cgroup/unified/cpu.stat': 'usage_usec 1\n',
    });
    expect(await readControlGroups(root)).toEqual({});
  });

  test('a system without them', async () => {
    expect(await readControlGroups(systemRoot({}))).toEqual({});
  });
});
