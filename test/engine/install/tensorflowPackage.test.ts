/** For which machines TensorFlow's wheels are. */
import { describe, expect, test } from '@jest/globals';
import { platformFacts, tensorflowPackage, type PlatformFacts } from '../../../src/engine/install/tensorflowPackage.js';

function machine(platform: NodeJS.Platform, arch: string, glibc?: string): PlatformFacts {
  return { platform, arch, glibc };
}

describe('tensorflowPackage', () => {
  test.each([
    ['tensorflow', machine('linux', 'x64', '2.36'), 'tensorflow-cpu'],
    ['cuda', machine('linux', 'x64', '2.36'), 'tensorflow'],
    ['tensorflow', machine('linux', 'arm64', '2.36'), 'tensorflow'],
    ['tensorflow', machine('darwin', 'arm64'), 'tensorflow'],
  ] as const)('%s on %o is %s', (kind, facts, name) => {
    expect(tensorflowPackage(kind, facts).name).toBe(name);
  });

  test('wheels for this C library and older ones fit, newest first', () => {
    const { platformTags } = tensorflowPackage('tensorflow', machine('linux', 'x64', '2.28'));
    expect(platformTags.slice(0, 2)).toEqual(['manylinux_2_28_x86_64', 'manylinux_2_27_x86_64']);
    expect(platformTags.at(-1)).toBe('manylinux_2_17_x86_64');
  });

  test.each([
    ['tensorflow', machine('win32', 'x64'), 'WSL2'],
    ['cuda', machine('linux', 'arm64', '2.36'), 'fer engine install webgpu'],
    ['cuda', machine('darwin', 'arm64'), 'fer engine install webgpu'],
    ['tensorflow', machine('darwin', 'x64'), 'this is darwin on x64'],
    ['tensorflow', machine('linux', 'x64'), 'musl'],
    ['tensorflow', machine('linux', 'x64', '2.17'), 'this system has 2.17'],
  ] as const)('%s on %o is refused with what to do', (kind, facts, told) => {
    const attempt = (): unknown => tensorflowPackage(kind, facts);
    expect(attempt).toThrow(expect.objectContaining({ code: 'ENGINE_INSTALL_FAILED' }));
    expect(attempt).toThrow(told);
  });

  test('the facts of this machine are those of its process', () => {
    const { platform, arch, glibc } = platformFacts();
    expect([platform, arch]).toEqual([process.platform, process.arch]);
    if (platform !== 'linux') expect(glibc).toBeUndefined();
    else if (glibc !== undefined) expect(glibc).toMatch(/^2\.\d+$/);
  });
});
