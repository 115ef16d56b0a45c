/** What `fer bench` prints, from a result with round numbers. */
import { describe, expect, test } from '@jest/globals';
import { describeCode, formatBenchmark } from '../../../bin/results/benchReport.js';
import type { BenchResult } from '../../../src/bench/benchmark.js';
import { benchDefaults } from '../../../src/bench/config.js';

const memory = {
  total: 120e6,
  batch: 1e6,
  weights: 2e6,
  optimizer: 3e6,
  partialSums: 4e6,
  tensors: 109e6,
  scratch: 1e6,
};
const build = { threads: 2, simd: true, fast: false, wide: true, codeBytes: 150_000, memory };
const timing = { milliseconds: { lower: 90, median: 100, upper: 125.4 }, imagesPerSecond: 1280 };
const host = {
  node: '22.0.0',
  v8: '12.4',
  platform: 'linux',
  architecture: 'x64',
  processor: 'a processor',
  processors: 2,
};
const engine = { name: 'wasm' } as const;
const result: BenchResult = { config: benchDefaults, engine, host, parameters: 58_423, build, trainingStep: timing };

test('names the code that ran', () => {
  expect(describeCode(build)).toBe('2 threads, 256-bit vectors, strict rounding');
  expect(describeCode({ ...build, threads: 1, wide: false, fast: true })).toBe(
    '1 thread, 128-bit vectors, relaxed rounding',
  );
  expect(describeCode({ ...build, simd: false, wide: false })).toBe('2 threads, no vectors, strict rounding');
});

describe('the report', () => {
  test('of times', () => {
    const single = { milliseconds: { lower: 0.25, median: 0.3, upper: 0.35 }, imagesPerSecond: 3333.3 };
    expect(formatBenchmark({ ...result, inference: timing, singleImage: single }).split('\n')).toEqual([
      'mini-xception, 48x48x1, 58,423 parameters, batch 128: 2 threads, 256-bit vectors, strict rounding',
      'Node 22.0.0 (V8 12.4) on linux x64, 2 processors: a processor',
      '',
      'milliseconds      median  lower quartile  upper quartile  images/s',
      'training step        100            90.0             125     1,280',
      'inference of 128     100            90.0             125     1,280',
      'inference of 1      0.30            0.25            0.35     3,333',
      '',
      'Memory 120.0 MB: tensors of the batch 109.0, partial sums 4.0,',
      'images and outputs 1.0, gradients and optimizer 3.0, weights 2.0,',
      'scratch of all threads 1.0. Code 150 kB.',
    ]);
  });

  test('of an engine that does not tell its code', () => {
    const closed = { config: benchDefaults, host, parameters: 58_423, trainingStep: timing };
    const lines = formatBenchmark({ ...closed, engine: { name: 'cuda', device: 'NVIDIA H200' } }).split('\n');
    expect(lines[0]).toBe('mini-xception, 48x48x1, 58,423 parameters, batch 128: cuda on NVIDIA H200');
    expect(lines.slice(3)).toEqual([
      'milliseconds   median  lower quartile  upper quartile  images/s',
      'training step     100            90.0             125     1,280',
    ]);
  });

  test('of a profile', () => {
    const none = { milliseconds: 0, gigaflops: null };
    const profile = {
      work: [],
      kernels: [
        { kernel: 'convolution', milliseconds: 75, gigaflops: 41.26 },
        { kernel: 'update', milliseconds: 25, gigaflops: null },
      ],
      layers: [
        { layer: 'conv2d_1', forward: { milliseconds: 75, gigaflops: 41.26 }, backward: none },
        { layer: '', forward: none, backward: { milliseconds: 25, gigaflops: null } },
      ],
    };
    const lines = formatBenchmark({ ...result, profile })
      .split('\n')
      .slice(9);
    expect(lines).toEqual([
      '',
      'kind of work     ms  GFLOP/s   share',
      'convolution   75.00     41.3  75.0 %',
      'update        25.00           25.0 %',
      '',
      'layer       forward ms  GFLOP/s  backward ms  GFLOP/s   share',
      'conv2d_1         75.00     41.3                        75.0 %',
      '(no layer)                             25.00           25.0 %',
    ]);
  });
});
