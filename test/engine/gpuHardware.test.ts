/** GPUs told by the files of a system, each written into a folder that stands for its root. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { findGpus, parseDriverVersion } from '../../src/engine/gpuHardware.js';
import { parseNvidiaSmi, askNvidiaSmi } from '../../src/engine/nvidiaSmi.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-gpus-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A root with these files. */
function system(name: string, files: Record<string, string>): string {
  const root = join(folder, name);
  mkdirSync(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const openDriver =
  'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build  (dvs-builder@U16)  Thu Jan 23 23:33:03 UTC 2025\n' +
  'GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n';
const closedDriver =
  'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024\nGCC version:\n';

test.each([
  ['open', openDriver, '570.86.15'],
  ['closed', closedDriver, '535.183.01'],
  ['unknown', 'something else', undefined],
])('the version of NVIDIA’s driver: %s', (_kind, text, version) => {
  expect(parseDriverVersion(text)).toBe(version);
});

describe('findGpus on Linux', () => {
  const linux = (name: string, files: Record<string, string>) =>
    findGpus({ root: system(name, files), platform: 'linux', architecture: 'x64' });

  test('nothing', () => expect(linux('none', {})).toEqual({ gpus: [] }));

  test('NVIDIA with its driver; the graphics of a management chip are none', () => {
    const found = linux('nvidia', {
      'proc/driver/nvidia/version': openDriver,
      'dev/nvidiactl': '',
      'dev/nvidia3': '',
      'dev/dri/renderD128': '',
      'sys/class/drm/card0/device/vendor': '0x1a03\n',
      'sys/class/drm/card1/device/vendor': '0x10de\n',
      'sys/class/drm/card1-DP-1/status': 'disconnected\n',
    });
    const gpu = { vendor: 'NVIDIA', reachable: true, path: '/dev/nvidia3' };
    expect(found).toEqual({ gpus: [gpu], nvidiaDriver: '570.86.15' });
  });

  test('NVIDIA in a container that was not given it, and without a driver', () => {
    const container = linux('container', {
      'proc/driver/nvidia/version': closedDriver,
      'sys/class/drm/card0/device/vendor': '0x10de\n',
    });
    const path = '/proc/driver/nvidia/version';
    expect(container).toEqual({ gpus: [{ vendor: 'NVIDIA', reachable: false, path }], nvidiaDriver: '535.183.01' });
    const bare = linux('bare', { 'sys/class/drm/card0/device/vendor': '0x10de\n', 'dev/dri/renderD128': '' });
    expect(bare.gpus).toEqual([{ vendor: 'NVIDIA', reachable: false, path: '/sys/class/drm/card0/device/vendor' }]);
  });

  test('Intel beside AMD, reachable through /dev/dri', () => {
    const files = { 'sys/class/drm/card0/device/vendor': '0x8086\n', 'sys/class/drm/card1/device/vendor': '0x1002\n' };
    const [intel, amd] = linux('two', { ...files, 'dev/dri/renderD128': '' }).gpus;
    expect(intel).toMatchObject({ vendor: 'Intel', reachable: true });
    expect(amd).toEqual({ vendor: 'AMD', reachable: true, path: '/sys/class/drm/card1/device/vendor' });
    expect(linux('hidden', files).gpus.map(({ reachable }) => reachable)).toEqual([false, false]);
  });

  test('WSL2', () => {
    const path = '/dev/dxg';
    expect(linux('wsl', { 'dev/dxg': '' }).gpus).toEqual([{ vendor: undefined, reachable: true, path }]);
    const nvidia = linux('wslNvidia', { 'dev/dxg': '', 'usr/lib/wsl/lib/libcuda.so.1': '' });
    expect(nvidia.gpus).toEqual([{ vendor: 'NVIDIA', reachable: true, path }]);
  });
});

test('on a Mac the architecture tells, on Windows the program of the driver', () => {
  expect(findGpus({ platform: 'darwin', architecture: 'arm64' }).gpus).toMatchObject([{ vendor: 'Apple' }]);
  expect(findGpus({ platform: 'darwin', architecture: 'x64' }).gpus).toEqual([]);
  const root = system('windows', { 'Windows/System32/nvidia-smi.exe': '' });
  expect(findGpus({ root, platform: 'win32' }).gpus).toMatchObject([{ vendor: 'NVIDIA', reachable: true }]);
  expect(findGpus({ root: folder, platform: 'win32' }).gpus).toEqual([]);
});

describe('nvidia-smi', () => {
  test('one GPU per line', () => {
    const text = 'NVIDIA H200, 570.86.15, 9.0, 143771 MiB\nNVIDIA GeForce GTX 1080 Ti, 570.86.15, 6.1, 11264 MiB\n';
    expect(parseNvidiaSmi(text)).toEqual([
      { name: 'NVIDIA H200', driver: '570.86.15', computeCapability: '9.0', memory: 143_771 * 2 ** 20 },
      { name: 'NVIDIA GeForce GTX 1080 Ti', driver: '570.86.15', computeCapability: '6.1', memory: 11_264 * 2 ** 20 },
    ]);
  });

  test('what it does not know is left out, and its errors are no GPUs', () => {
    expect(parseNvidiaSmi('GRID V100, 470.57, [N/A], [N/A]\n')).toEqual([{ name: 'GRID V100', driver: '470.57' }]);
    expect(parseNvidiaSmi('No devices were found\n')).toEqual([]);
    expect(parseNvidiaSmi('Failed to initialize NVML: Driver/library version mismatch, 1\n')).toEqual([]);
  });

  test('a program that is not there is told apart from one that finds nothing', async () => {
    expect(await askNvidiaSmi(join(folder, 'no-such-program'))).toBeUndefined();
  });
});
