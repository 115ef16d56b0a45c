/** Weight gradients from panels have the bits of those that are made in place. */
import { expect, test } from '@jest/globals';
import { pixelsOf, windowsOver } from '../../src/compiler/geometry.js';
import { Layout } from '../../src/compiler/layout.js';
import { convolutionGradientKernel } from '../../src/kernels/convolutionGradient.js';
import { isGapless, panelGradientKernel, panelGradientWorkspace } from '../../src/kernels/panelGradient.js';
import { Sequence } from '../sequence.js';
import { runKernel } from './runKernel.js';

const places = { weights: 1024, input: 65536, gradient: 320 * 1024, copies: 640 * 1024 };
const pixelwise = { height: 1, width: 1, strideY: 1, strideX: 1, top: 0, left: 0, bottom: 0, right: 0 };

// One block and several, of parts of a sample and of whole ones; panels of one width and of all.
const shapes = [
  { height: 5, width: 7, inputs: 64, outputs: 64, samples: 1 },
  { height: 2, width: 3, inputs: 12, outputs: 28, samples: 5 },
  { height: 1, width: 1, inputs: 4, outputs: 4, samples: 3 },
  { height: 23, width: 24, inputs: 72, outputs: 68, samples: 1 },
  { height: 16, width: 17, inputs: 68, outputs: 76, samples: 2 },
  { height: 9, width: 10, inputs: 80, outputs: 96, samples: 7 },
];

test.each(shapes.flatMap((shape) => [false, true].map((wide) => ({ ...shape, wide }))))(
  '$samples of $height x $width, $inputs to $outputs channels, wide $wide',
  ({ height, width, inputs, outputs, samples, wide }) => {
    const [x, y] = [inputs, outputs].map((channels) => new Layout({ height, width, channels }));
    const [input, gradient] = [windowsOver(x!, pixelwise), pixelsOf(y!)];
    expect(isGapless(input, gradient)).toBe(true);
    const shape = { inputs, outputs, pixels: height * width };
    const random = new Sequence(`panel gradient ${JSON.stringify(shape)}`);
    const before = random.values(inputs * outputs);
    const behind = places.copies + panelGradientWorkspace(shape);
    const guard = random.values(64);
    const run = {
      wide,
      arguments: [places.input, places.gradient, places.weights, samples, places.copies],
      memory: [
        { at: places.weights, floats: before },
        { at: places.input, floats: random.values(samples * x!.sample) },
        { at: places.gradient, floats: random.values(samples * y!.sample) },
        { at: behind, floats: guard },
      ],
    };
    const [direct, panels] = [
      runKernel((module) => convolutionGradientKernel(module, input, gradient), {
        ...run,
        arguments: run.arguments.slice(0, 4),
      }),
      runKernel((module) => panelGradientKernel(module, shape), run),
    ];
    const weightsOf = (memory: ArrayBuffer) => new Float32Array(memory, places.weights, before.length);
    expect(weightsOf(panels)).toEqual(weightsOf(direct));
    expect(weightsOf(panels)).not.toEqual(before);
    expect(new Float32Array(panels, behind, guard.length)).toEqual(guard);
  },
);

test('tensors with a halo, and windows that leave pixels out, have gaps', () => {
  const plain = new Layout({ height: 4, width: 4, channels: 8 });
  const bordered = new Layout({ height: 4, width: 4, channels: 8 }, { top: 0, left: 1, bottom: 0, right: 0 });
  const half = new Layout({ height: 2, width: 2, channels: 8 });
  expect(isGapless(windowsOver(bordered, pixelwise), pixelsOf(plain))).toBe(false);
  expect(isGapless(windowsOver(plain, pixelwise), pixelsOf(bordered))).toBe(false);
  expect(isGapless(windowsOver(plain, { ...pixelwise, strideY: 2, strideX: 2 }), pixelsOf(half))).toBe(false);
});
