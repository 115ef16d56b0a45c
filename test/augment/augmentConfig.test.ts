import { describe, expect, test } from '@jest/globals';
import { augmentDefaults, resolveAugmentConfig } from '../../src/augment/augmentConfig.js';

describe('resolveAugmentConfig', () => {
  test("defaults to the settings of mini-Xception's authors", () => {
    expect(resolveAugmentConfig()).toEqual({
      mirror: true,
      rotation: 10,
      zoom: 0.1,
      shiftX: 0.1,
      shiftY: 0.1,
      randomErasing: 0,
      mixup: 0,
    });
  });

  test('keeps what is given', () => {
    expect(resolveAugmentConfig({ rotation: 0, mirror: false })).toEqual({
      ...augmentDefaults,
      rotation: 0,
      mirror: false,
    });
  });

  test.each<[object, string]>([
    [{ rotation: 181 }, 'Augmentation "rotation" must be degrees from 0 to 180, got 181.'],
    [{ rotation: NaN }, 'Augmentation "rotation" must be degrees from 0 to 180, got NaN.'],
    [{ zoom: 1 }, 'Augmentation "zoom" must be a fraction from 0 to below 1, got 1.'],
    [{ shiftX: -0.1 }, 'Augmentation "shiftX" must be a fraction from 0 to 1, got -0.1.'],
    [{ shiftY: 10 }, 'Augmentation "shiftY" must be a fraction from 0 to 1, got 10.'],
    [{ randomErasing: 1.1 }, 'Augmentation "randomErasing" must be a probability from 0 to 1, got 1.1.'],
    [{ mixup: -1 }, 'Augmentation "mixup" must be a finite number of 0 or more, got -1.'],
    [{ mixup: Infinity }, 'Augmentation "mixup" must be a finite number of 0 or more, got Infinity.'],
    [{ mirror: 'yes' }, 'Augmentation "mirror" must be true or false, got yes.'],
    [
      { shear: 3 },
      'Unknown augmentation "shear"; expected one of mirror, rotation, zoom, shiftX, shiftY, randomErasing, mixup.',
    ],
  ])('refuses %j', (config, message) => {
    expect(() => resolveAugmentConfig(config)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }));
  });
});
