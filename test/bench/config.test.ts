import { expect, test } from '@jest/globals';
import { benchDefaults, resolveBenchConfig, type BenchConfig } from '../../src/bench/config.js';

test('what is not given is as the README measures it', () => {
  expect(resolveBenchConfig({})).toEqual(benchDefaults);
  expect(resolveBenchConfig({ threads: 1, profile: true })).toEqual({ ...benchDefaults, threads: 1, profile: true });
});

test.each([
  [{ batchSize: 0 }, 'batchSize: expected an integer from 1 to 65536; got 0.'],
  [{ steps: 1.5 }, 'steps: expected an integer from 1 to 100000; got 1.5.'],
  [{ arch: 'alexnet' }, 'arch: expected mini-xception, '],
  [{ threads: 2, profile: true }, 'threads: expected 1 with profile, because it tells the time of one thread; got 2.'],
  [{ step: 3 }, 'Unknown setting "step". Expected one of: engine, arch, batchSize, '],
])('%j is refused', (partial, message) => {
  expect(() => resolveBenchConfig(partial as Partial<BenchConfig>)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) }),
  );
});
