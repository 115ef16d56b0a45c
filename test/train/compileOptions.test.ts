import { describe, expect, test } from '@jest/globals';
import { compileOptions } from '../../src/train/compileOptions.js';
import { resolveTrainConfig, type PartialTrainConfig } from '../../src/train/config.js';

const optionsOf = (partial: PartialTrainConfig): unknown =>
  compileOptions(resolveTrainConfig({ data: 'faces.csv', ...partial }), 2);

describe('compileOptions', () => {
  test('the defaults are Adam with nothing around it', () => {
    expect(optionsOf({})).toEqual({
      batchSize: 128,
      threads: 2,
      seed: 42,
      optimizer: { kind: 'adam' },
      labelSmoothing: 0,
      fast: false,
      wide: true,
    });
  });

  test('fast and wide are handed on', () => {
    expect(optionsOf({ fast: true, wide: false })).toMatchObject({ fast: true, wide: false });
  });

  test('each optimizer gets what belongs to it', () => {
    expect(optionsOf({ optimizer: 'adamw' })).toMatchObject({ optimizer: { kind: 'adamw', weightDecay: 0.004 } });
    expect(optionsOf({ optimizer: 'sgd', momentum: 0.9, nesterov: true })).toMatchObject({
      optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
    });
  });

  test('clipping, smoothing and averaging are handed on when they are asked for', () => {
    expect(optionsOf({ clipNorm: 1, labelSmoothing: 0.1, ema: 0.999 })).toMatchObject({
      clipNorm: 1,
      labelSmoothing: 0.1,
      averageDecay: 0.999,
    });
  });
});
