/** Which GPU is taken, and what is said when there is none. */
import { describe, expect, test } from '@jest/globals';
import { chooseAdapter, missingAdapter, type Adapter } from '../../../src/engine/webgpu/adapters.js';

const adapter = (name: string, software: boolean): Adapter => {
  return { name, backend: 'vulkan', vendor: '', architecture: '', description: '', software };
};

const software = adapter('llvmpipe (LLVM 15.0.6, 256 bits)', true);
const integrated = adapter('Intel(R) UHD Graphics 770', false);
const discrete = adapter('NVIDIA GeForce RTX 4090', false);

describe('chooseAdapter', () => {
  test('takes the first that is made of hardware', () => {
    expect(chooseAdapter([software, discrete, integrated], undefined)).toBe(discrete);
  });

  test('takes software only by its name, of which a part in any case is enough', () => {
    expect(chooseAdapter([software], undefined)).toBeUndefined();
    expect(chooseAdapter([discrete, software], 'LLVMpipe')).toBe(software);
    expect(chooseAdapter([discrete, integrated], 'uhd')).toBe(integrated);
    expect(chooseAdapter([discrete, integrated], 'radeon')).toBeUndefined();
  });
});

describe('missingAdapter', () => {
  test('names those that are there', () => {
    expect(missingAdapter([discrete, integrated], 'radeon')).toEqual([
      'No GPU has "radeon" in its name; found: "NVIDIA GeForce RTX 4090", "Intel(R) UHD Graphics 770".',
      'Set FER_WEBGPU_ADAPTER to a part of one of these names, or unset it to use the first GPU.',
    ]);
  });

  test('tells how to take software all the same', () => {
    const [problem, remedy] = missingAdapter([software], undefined);
    expect(problem).toContain('only software');
    expect(remedy).toContain('FER_WEBGPU_ADAPTER="llvmpipe (LLVM 15.0.6, 256 bits)"');
  });

  test('asks for a driver where there is nothing', () => {
    expect(missingAdapter([], undefined)[1]).toContain('driver');
    expect(missingAdapter([], 'nvidia')[0]).toContain('found: none');
  });
});
