/** Three steps of two layers with round numbers, added up. */
import { expect, test } from '@jest/globals';
import { summariseProfile } from '../../src/bench/profile.js';
import type { ProfileEntry } from '../../src/engine/inspection.js';

const entry = (layer: string, kernel: string, milliseconds: number, flops = 0): ProfileEntry => {
  return { layer, pass: kernel.endsWith('gradient') ? 'backward' : 'forward', kernel, milliseconds, flops };
};

/** One step whose times are `factor` of the middle one's. */
const step = (factor: number): ProfileEntry[] => [
  entry('conv_1', 'convolution', 2 * factor, 1e6),
  entry('conv_1', 'weight gradient', 4 * factor, 1e6),
  entry('conv_2', 'convolution', 3 * factor, 4e6),
  entry('conv_2', 'moments', 1 * factor),
];

const { work, layers, kernels } = summariseProfile([step(1), step(0.5), step(7)], 10);

test('takes the median of each kind of work, and counts operations of the whole batch', () => {
  // 1e6 operations of 10 images in 4 ms are 2.5e9 a second.
  expect(work).toEqual([
    { layer: 'conv_1', pass: 'backward', kernel: 'weight gradient', milliseconds: 4, gigaflops: 2.5 },
    { layer: 'conv_2', pass: 'forward', kernel: 'convolution', milliseconds: 3, gigaflops: 40 / 3 },
    { layer: 'conv_1', pass: 'forward', kernel: 'convolution', milliseconds: 2, gigaflops: 5 },
    { layer: 'conv_2', pass: 'forward', kernel: 'moments', milliseconds: 1, gigaflops: null },
  ]);
});

test('adds layers up by direction, and rates only the time that computes', () => {
  const nothing = { milliseconds: 0, gigaflops: null };
  expect(layers).toEqual([
    {
      layer: 'conv_1',
      forward: { milliseconds: 2, gigaflops: 5 },
      backward: { milliseconds: 4, gigaflops: 2.5 },
    },
    { layer: 'conv_2', forward: { milliseconds: 4, gigaflops: 40 / 3 }, backward: nothing },
  ]);
});

test('adds kinds of work up over layers, largest first', () => {
  expect(kernels).toEqual([
    { kernel: 'convolution', milliseconds: 5, gigaflops: 10 },
    { kernel: 'weight gradient', milliseconds: 4, gigaflops: 2.5 },
    { kernel: 'moments', milliseconds: 1, gigaflops: null },
  ]);
});
