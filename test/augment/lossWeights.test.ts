import { describe, expect, test } from '@jest/globals';
import { shareLossWeights } from '../../src/augment/lossWeights.js';

const labels = Uint8Array.of(0, 2, 1, 2);
const classWeights = Float32Array.of(1, 0.5, 2);
const sampleWeights = Float32Array.of(1, 3, 4, 0);

describe('shareLossWeights', () => {
  test('multiplies what the class weighs with what the image weighs', () => {
    const weights = shareLossWeights(labels, { classWeights, sampleWeights });
    expect(new Float32Array(weights!)).toEqual(Float32Array.of(1, 6, 2, 0));
  });

  test('takes either for all, and nothing for nothing', () => {
    expect(new Float32Array(shareLossWeights(labels, { classWeights })!)).toEqual(Float32Array.of(1, 2, 0.5, 2));
    expect(new Float32Array(shareLossWeights(labels, { sampleWeights })!)).toEqual(sampleWeights);
    expect(shareLossWeights(labels, {})).toBeUndefined();
  });
});
