/** What a model takes: size, scaling and channels, by its card. */
import { describe, expect, test } from '@jest/globals';
import { inputSize, modelInput } from '../../src/eval/modelInput.js';
import { brightnessCard } from './brightnessModel.js';

const size = { height: 2, width: 2 };
const levels = Uint8Array.of(0, 51, 204, 255);

describe('modelInput', () => {
  test.each([
    ['minus-one-to-one', [-1, -0.6, 0.6, 1]],
    ['zero-to-one', [0, 0.2, 0.8, 1]],
    ['none', [0, 51, 204, 255]],
  ] as const)('scales as the card says: %s', (scaling, expected) => {
    const input = modelInput(levels, size, { ...brightnessCard, scaling });
    expect([...input]).toEqual(expected.map(Math.fround));
  });

  test('resizes before it scales', () => {
    const white = new Uint8Array(6 * 6).fill(255);
    expect([...modelInput(white, { height: 6, width: 6 }, brightnessCard)]).toEqual([1, 1, 1, 1]);
  });

  test('gives every grey level to the three channels of a colour model, image after image', () => {
    const colour = { ...brightnessCard, inputShape: [1, 2, 3], scaling: 'none' } as const;
    const two = modelInput(levels, { height: 1, width: 2 }, colour);
    expect([...two]).toEqual([0, 0, 0, 51, 51, 51, 204, 204, 204, 255, 255, 255]);
    expect(inputSize(colour)).toEqual({ height: 1, width: 2 });
  });

  test.each([2, 4])('refuses %i channels', (channels) => {
    const card = { ...brightnessCard, inputShape: [2, 2, channels] } as const;
    expect(() => modelInput(levels, size, card)).toThrow(
      expect.objectContaining({
        code: 'MODEL_UNSUPPORTED',
        message: expect.stringContaining(`takes ${channels} channels`),
      }),
    );
  });
});
