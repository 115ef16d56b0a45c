/** Kernels that treat every pixel alike, for pixels of one group of channels and of many, against plain loops. */
import { describe, expect, test } from '@jest/globals';
import { Layout, noHalo } from '../../src/compiler/layout.js';
import { additionKernel, affineKernel, momentsKernel } from '../../src/kernels/elementwise.js';
import { Sequence } from '../sequence.js';
import { runKernel } from './runKernel.js';

const samples = 2;
const [height, width] = [3, 5];
const places = { x: 1024, output: 65536, scale: 131072, shift: 135168, sums: 139264, squares: 147456 };
const halos = { none: noHalo, all: { top: 1, left: 2, bottom: 1, right: 1 } };

/** Where the value of a channel is, in floats, for all pixels of all samples. */
function* placesIn(layout: Layout): Generator<{ at: number; channel: number }> {
  for (let sample = 0; sample < samples; sample++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let channel = 0; channel < layout.pixel; channel++) {
          yield { at: sample * layout.sample + layout.at(y, x) + channel, channel };
        }
      }
    }
  }
}

// One group, its last part, several, many; whole cache lines and not.
describe.each([4, 12, 16, 20, 24, 36, 64, 100])('%i channels', (channels) => {
  const shape = { height, width, channels };
  const random = new Sequence(`pointwise ${channels}`);
  const [scale, shift] = [random.values(channels), random.values(channels)];

  test.each([
    { wide: false, from: 'none', to: 'all' },
    { wide: true, from: 'none', to: 'all' },
    { wide: false, from: 'all', to: 'none' },
    { wide: false, from: 'none', to: 'none' },
  ] as const)('affine, wide $wide, halo from $from to $to', ({ wide, from, to }) => {
    const [input, output] = [new Layout(shape, halos[from]), new Layout(shape, halos[to])];
    const floats = random.values(samples * input.sample);
    const memory = runKernel((module) => affineKernel(module, { x: input, output }), {
      wide,
      arguments: [places.x, places.output, places.scale, places.shift, samples],
      memory: [
        { at: places.x, floats },
        { at: places.scale, floats: scale },
        { at: places.shift, floats: shift },
      ],
    });
    const expected = new Float32Array(samples * output.sample);
    const sources = [...placesIn(input)];
    [...placesIn(output)].forEach(({ at, channel }, i) => {
      expected[at] = Math.fround(floats[sources[i]!.at]! * scale[channel]!) + shift[channel]!;
    });
    expect(new Float32Array(memory, places.output, expected.length)).toEqual(expected);
  });

  test('addition', () => {
    const layout = new Layout(shape);
    const [a, b] = [random.values(samples * layout.sample), random.values(samples * layout.sample)];
    const memory = runKernel((module) => additionKernel(module, { a: layout, b: layout, output: layout }), {
      arguments: [places.x, places.scale, places.output, samples],
      memory: [
        { at: places.x, floats: a },
        { at: places.scale, floats: b },
      ],
    });
    const expected = a.map((value, i) => value + b[i]!);
    expect(new Float32Array(memory, places.output, expected.length)).toEqual(expected);
  });

  test('moments, summed row by row in single precision where a halo divides the rows', () => {
    const layout = new Layout(shape, halos.all);
    const floats = random.values(samples * layout.sample);
    const memory = runKernel((module) => momentsKernel(module, layout), {
      arguments: [places.x, places.sums, places.squares, samples],
      memory: [{ at: places.x, floats }],
    });
    const sums = new Float64Array(channels);
    const squares = new Float64Array(channels);
    for (let row = 0; row < samples * height; row++) {
      const start = Math.floor(row / height) * layout.sample + layout.at(row % height, 0);
      for (let channel = 0; channel < channels; channel++) {
        let [sum, square] = [0, 0];
        for (let x = 0; x < width; x++) {
          const value = floats[start + x * layout.pixel + channel]!;
          sum = Math.fround(sum + value);
          square = Math.fround(square + Math.fround(value * value));
        }
        sums[channel]! += sum;
        squares[channel]! += square;
      }
    }
    expect(new Float64Array(memory, places.sums, channels)).toEqual(sums);
    expect(new Float64Array(memory, places.squares, channels)).toEqual(squares);
  });
});
