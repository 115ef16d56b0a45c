/** How far training images are varied: amounts, defaults and their check. */
import { FerError } from '../errors.js';

/** The first five are the largest change in either direction; 0 (or false) switches a change off. */
export interface AugmentConfig {
  /** Mirror left and right with probability one half. */
  readonly mirror: boolean;
  /** Rotation about the image centre, degrees, 0 to 180. */
  readonly rotation: number;
  /** Zoom, drawn apart for width and height: a factor in 1 - zoom .. 1 + zoom; 0 to below 1. */
  readonly zoom: number;
  /** Horizontal shift, a fraction of the width, 0 to 1. */
  readonly shiftX: number;
  /** Vertical shift, a fraction of the height, 0 to 1. */
  readonly shiftY: number;
  /** Probability with which a rectangle of an image is filled with noise, 0 to 1 (Zhong et al. 2020). */
  readonly randomErasing: number;
  /** Both shapes of the Beta distribution of the share at which images of a batch are mixed, 0 or more (Zhang et al. 2018). */
  readonly mixup: number;
}

/** Mirror, ±10°, ±10 % zoom, ±10 % shift: the settings of mini-Xception's authors (Arriaga et al. 2017). */
export const augmentDefaults: AugmentConfig = {
  mirror: true,
  rotation: 10,
  zoom: 0.1,
  shiftX: 0.1,
  shiftY: 0.1,
  randomErasing: 0,
  mixup: 0,
};

/** Every image as it is in the file. */
export const augmentOff: AugmentConfig = {
  mirror: false,
  rotation: 0,
  zoom: 0,
  shiftX: 0,
  shiftY: 0,
  randomErasing: 0,
  mixup: 0,
};

/** Amount -> what its values may be, in words and as a test. */
const amounts = {
  rotation: { range: 'degrees from 0 to 180', holds: (value: number) => value >= 0 && value <= 180 },
  zoom: { range: 'a fraction from 0 to below 1', holds: (value: number) => value >= 0 && value < 1 },
  shiftX: { range: 'a fraction from 0 to 1', holds: (value: number) => value >= 0 && value <= 1 },
  shiftY: { range: 'a fraction from 0 to 1', holds: (value: number) => value >= 0 && value <= 1 },
  randomErasing: { range: 'a probability from 0 to 1', holds: (value: number) => value >= 0 && value <= 1 },
  mixup: { range: 'a finite number of 0 or more', holds: (value: number) => value >= 0 && value < Infinity },
} as const;

/**
 * Fills what `config` leaves out from `augmentDefaults` and checks the rest.
 * Throws FerError CONFIG_INVALID for an unknown name or an amount out of range.
 */
export function resolveAugmentConfig(config: Partial<AugmentConfig> = {}): AugmentConfig {
  for (const name of Object.keys(config)) {
    if (!(name in augmentDefaults)) {
      const known = Object.keys(augmentDefaults).join(', ');
      throw new FerError('CONFIG_INVALID', `Unknown augmentation "${name}"; expected one of ${known}.`);
    }
  }
  const resolved = { ...augmentDefaults, ...config };
  if (typeof resolved.mirror !== 'boolean') {
    throw new FerError(
      'CONFIG_INVALID',
      `Augmentation "mirror" must be true or false, got ${String(resolved.mirror)}.`,
    );
  }
  for (const name of Object.keys(amounts) as (keyof typeof amounts)[]) {
    const value: unknown = resolved[name];
    if (typeof value !== 'number' || !amounts[name].holds(value)) {
      const { range } = amounts[name];
      throw new FerError('CONFIG_INVALID', `Augmentation "${name}" must be ${range}, got ${String(value)}.`);
    }
  }
  return resolved;
}
