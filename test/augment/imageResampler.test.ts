import { describe, expect, test } from '@jest/globals';
import { memoryBase } from 'layers-wasm/assembler/memoryBase.js';
import { createProgramMemory } from 'layers-wasm/assembler/program.js';
import { drawAugmentation, type AffineParameters } from '../../src/augment/affine.js';
import { createResampler, portableResampler, scratchBytes } from '../../src/augment/imageResampler.js';
import { scalings, type Scaling } from '../../src/scaling.js';
import type { Size } from '../../src/data/resize.js';
import { Random } from '../../src/random.js';

const still: AffineParameters = { mirror: false, rotation: 0, shiftX: 0, shiftY: 0, zoomX: 1, zoomY: 1 };

/** Of an image, beside its size: what it is scaled to and how it is changed. */
type Change = { scaling: Scaling; parameters: AffineParameters };

/** Both resamplers' floats, the program's between guards that it must not touch. */
function resampleBoth(pixels: Uint8Array, size: Size, { scaling, parameters }: Change) {
  const input = { ...size, scaling };
  const area = size.height * size.width;
  const at = memoryBase + 4 * (area + 2);
  const memory = createProgramMemory(at + scratchBytes(size));
  const guarded = new Float32Array(memory.buffer, memoryBase, area + 2).fill(9);
  const program = guarded.subarray(1, area + 1);
  createResampler(input, { memory, at })(pixels, parameters, program);
  const portable = new Float32Array(area);
  portableResampler(input)(pixels, parameters, portable);
  return { program: [...program], portable: [...portable], guards: [guarded[0], guarded[area + 1]] };
}

describe('createResampler', () => {
  test.each<[Scaling, number[]]>([
    ['minus-one-to-one', [-1, -0.6, -0.2, 0.2, 0.6, 1]],
    ['zero-to-one', [0, 0.2, 0.4, 0.6, 0.8, 1]],
    ['none', [0, 51, 102, 153, 204, 255]],
  ])('scales an image that is left as it is: %s', (scaling, expected) => {
    const pixels = Uint8Array.of(0, 51, 102, 153, 204, 255);
    const { program, portable } = resampleBoth(pixels, { height: 2, width: 3 }, { scaling, parameters: still });
    expect(program).toEqual(expected.map(Math.fround));
    expect(portable).toEqual(program);
  });

  test.each(scalings)(
    'gives the same bits as without vectors, at any size and change, and writes nothing else: %s',
    (scaling) => {
      const random = new Random(1);
      const far = { mirror: true, rotation: 180, zoom: 0.9, shiftX: 1, shiftY: 1, randomErasing: 0, mixup: 0 };
      const near = { ...far, rotation: 10, zoom: 0.1, shiftX: 0.1, shiftY: 0.1 };
      const sizes = [
        { height: 1, width: 1 },
        { height: 1, width: 2 },
        { height: 9, width: 1 },
        { height: 5, width: 7 },
        { height: 16, width: 10 },
        { height: 48, width: 48 },
      ];
      for (const size of sizes) {
        const pixels = Uint8Array.from({ length: size.height * size.width }, () => random.integer(256));
        const changes = [far, near].flatMap((config) =>
          Array.from({ length: 20 }, () => drawAugmentation(config, random)),
        );
        for (const parameters of [...changes, { ...still, rotation: 90 }, { ...still, shiftX: 0.5, mirror: true }]) {
          const { program, portable, guards } = resampleBoth(pixels, size, { scaling, parameters });
          expect(program).toEqual(portable);
          expect(guards).toEqual([9, 9]);
        }
      }
    },
  );

  test('refuses a target that its memory does not hold', () => {
    const input = { height: 2, width: 2, scaling: 'none' } as const;
    const memory = createProgramMemory(memoryBase + scratchBytes(input));
    const resample = createResampler(input, { memory, at: memoryBase });
    expect(() => resample(new Uint8Array(4), still, new Float32Array(4))).toThrow('in the memory of the resampler');
    const tooFarInFront = new Float32Array(memory.buffer, 0, 4);
    expect(() => resample(new Uint8Array(4), still, tooFarInFront)).toThrow('from byte 64 on, got byte 0');
  });
});

test('without vectors, what else comes with size and scaling is no part of the image', () => {
  const input = { height: 1, width: 2, scaling: 'none', pixels: new SharedArrayBuffer(8) } as const;
  const target = new Float32Array(2);
  portableResampler(input)(Uint8Array.of(7, 9), still, target);
  expect([...target]).toEqual([7, 9]);
});
