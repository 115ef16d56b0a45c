/** Which convolutions go by minimal filters. */
import { describe, expect, test } from '@jest/globals';
import { gradientPhases } from '../../src/compiler/geometry.js';
import { isSummedAtOnce } from '../../src/compiler/batchGradients.js';
import { outputTiling, phaseTiling } from '../../src/compiler/winograd.js';
import { lower } from '../../src/graph/lower.js';
import { isConvolution, type Convolution } from '../../src/graph/operation.js';
import { ConfigBuilder, classify, type TestNetwork } from '../configBuilder.js';
import { largeDenses } from '../networks/connections.js';
import { largeWeights, largeWindows, stridedTiles } from '../networks/minimalFilters.js';

/** All but the first, which reads the images. */
function laterConvolutions({ config }: TestNetwork): Convolution[] {
  const { operations } = lower(config, { training: true });
  return operations.filter(({ kind }) => kind === 'convolution').slice(1, -1) as Convolution[];
}

/** A convolution of `filters` over [size, size, channels]. */
function convolution(
  { size, channels, filters }: { size: number; channels: number; filters: number },
  layer: Record<string, unknown>,
): Convolution {
  const net = new ConfigBuilder('chosen', [size, size, 1]);
  const x = net.add('Conv2D', { filters: channels, kernel_size: [1, 1] }, net.input);
  return laterConvolutions(
    classify(net, net.add('Conv2D', { padding: 'same', filters, ...layer }, x), { units: 2 }),
  )[0]!;
}

/** Of the parts of the input's gradient, which go by minimal filters. */
const tiledPhases = (operation: Convolution): boolean[] =>
  gradientPhases(operation.input.shape, operation.window).map((phase) => phaseTiling(operation, phase) !== undefined);

const wide = { size: 12, channels: 16, filters: 16 };

test.each([largeWindows(), stridedTiles()].map((network) => ({ name: network.name, network })))(
  'every convolution of $name but that of the images',
  ({ network }) => {
    expect(laterConvolutions(network).filter((one) => !outputTiling(one))).toEqual([]);
  },
);

describe('gradients of the input', () => {
  test('of a window without stride: one part', () => {
    expect(tiledPhases(convolution(wide, { kernel_size: [7, 7] }))).toEqual([true]);
  });

  test('of a 3x3 window of stride 2: all parts but that of a single weight', () => {
    expect(tiledPhases(convolution(wide, { kernel_size: [3, 3], strides: [2, 2] })).sort()).toEqual([
      ...[false, true, true, true],
    ]);
  });
});

test.each([
  { what: 'one weight', size: { ...wide }, layer: { kernel_size: [1, 1] } },
  { what: 'strides past the window', size: { ...wide }, layer: { kernel_size: [2, 2], strides: [3, 3] } },
  { what: 'few input channels', size: { ...wide, channels: 7 }, layer: { kernel_size: [3, 3] } },
  { what: 'few output channels', size: { ...wide, filters: 7 }, layer: { kernel_size: [3, 3] } },
  { what: 'one pixel', size: { ...wide, size: 1 }, layer: { kernel_size: [3, 3] } },
])('not those of $what', ({ size, layer }) => {
  expect(outputTiling(convolution(size, layer))).toBeUndefined();
});

describe('a weight gradient is summed over the whole batch at once', () => {
  test('for all weights of largeWeights', () => {
    expect(laterConvolutions(largeWeights()).map(isSummedAtOnce)).toEqual([true, true, true]);
  });

  test('for the large ones between vectors', () => {
    expect(laterConvolutions(largeDenses()).map(isSummedAtOnce)).toEqual([true, true]);
    const { operations } = lower(largeDenses().config, { training: true });
    expect(isSummedAtOnce(operations.findLast(isConvolution)!)).toBe(false);
  });

  test.each([
    { what: 'small weights', size: 3, filters: 64, expected: false },
    { what: 'images whose factors take more than the weights', size: 24, filters: 160, expected: false },
    { what: 'weights larger than the factors', size: 3, filters: 160, expected: true },
  ])('$what: $expected', ({ size, filters, expected }) => {
    expect(isSummedAtOnce(convolution({ size, channels: 64, filters }, { kernel_size: [3, 3] }))).toBe(expected);
  });
});
