import { describe, expect, test } from '@jest/globals';
import { constantRate, cosineRate, Plateau } from '../../src/train/schedule.js';

describe('constant and cosine', () => {
  const options = { learningRate: 1, minimumLearningRate: 0.2, warmupSteps: 4, totalSteps: 12 };

  test('both rise linearly over the warm-up, from a first step that already moves', () => {
    const expected = [0.25, 0.5, 0.75, 1];
    expect([0, 1, 2, 3].map((step) => constantRate(step, options))).toEqual(expected);
    expect([0, 1, 2, 3].map((step) => cosineRate(step, options))).toEqual(expected);
  });

  test('constant stays at the full rate', () => {
    expect(constantRate(4, options)).toBe(1);
    expect(constantRate(11, options)).toBe(1);
    expect(constantRate(0, { ...options, warmupSteps: 0 })).toBe(1);
  });

  test('cosine falls from the full rate through the middle to the minimum', () => {
    expect(cosineRate(4, options)).toBe(1);
    expect(cosineRate(8, options)).toBeCloseTo(0.6, 12); // half way: (1 + 0.2) / 2
    expect(cosineRate(10, options)).toBeCloseTo(0.2 + (0.8 * (1 - Math.SQRT1_2)) / 2, 12); // cos(3 pi / 4)
    expect(cosineRate(12, options)).toBeCloseTo(0.2, 12);
  });
});

describe('Plateau', () => {
  const options = { learningRate: 0.1, minimumLearningRate: 0.02, factor: 0.5, patience: 2 };
  // Rates that Keras 3.15's ReduceLROnPlateau(factor=0.5, patience=2, min_lr=0.02) gives for these losses. 0.89995 is no
  // improvement on 0.9: it is less than 1e-4 lower.
  const losses = [1, 0.9, 0.95, 0.91, 0.8999, 0.89995, 0.7, 0.8, 0.8, 0.8, 0.8, 0.6, 0.61, 0.61];
  const rates = [0.1, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.025, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02];

  test('cuts as Keras does', () => {
    const plateau = new Plateau(options);
    expect(
      losses.map((loss) => {
        plateau.observe(loss);
        return plateau.rate;
      }),
    ).toEqual(rates);
  });

  test('goes on from a state that went through JSON', () => {
    let state = new Plateau(options).state;
    for (const [index, loss] of losses.entries()) {
      const plateau = new Plateau(options, JSON.parse(JSON.stringify(state)) as typeof state);
      plateau.observe(loss);
      state = plateau.state;
      expect(state.rate).toBe(rates[index]);
    }
  });
});
