/** Checks of what callers hand in. */

/** Feature values, row after row: [count, features]. */
export type Samples = Float32Array | Uint8Array;

export interface SampleShape {
  readonly samples: Samples;
  /** Rows. */
  readonly count: number;
  /** Values per row. */
  readonly features: number;
  readonly imageWidth?: number | undefined;
}

/** Throws RangeError unless the shape is whole, fits the array, and every value is finite. */
export function checkSamples({ samples, count, features, imageWidth }: SampleShape): void {
  checkWholeNumber('count', count, 0);
  checkWholeNumber('features', features, 1);
  if (samples.length !== count * features) {
    throw new RangeError(
      `samples must hold count * features = ${count} * ${features} = ${count * features} values, got ${samples.length}.`,
    );
  }
  if (imageWidth !== undefined) {
    checkWholeNumber('imageWidth', imageWidth, 1);
    if (features % imageWidth !== 0) {
      throw new RangeError(`features must be whole image rows of imageWidth ${imageWidth}, got ${features}.`);
    }
  }
  if (samples instanceof Uint8Array) return;
  for (let i = 0; i < samples.length; i++) {
    if (Number.isFinite(samples[i])) continue;
    const place = `row ${Math.floor(i / features)}, feature ${i % features}`;
    throw new RangeError(`samples must be finite, got ${samples[i]} in ${place}: fill or drop such rows first.`);
  }
}

/** Throws RangeError unless every one of `count` rows can have `neighbours` others. */
export function checkNeighbours(neighbours: number, count: number, which = 'the samples'): void {
  checkWholeNumber('neighbours', neighbours, 1);
  if (count < 2) {
    throw new RangeError(`SMOTE needs at least 2 samples to interpolate between, got ${count} in ${which}.`);
  }
  if (neighbours >= count) {
    throw new RangeError(
      `neighbours must be less than the number of samples, got ${neighbours} with ${count} in ${which}: ` +
        `lower neighbours to ${count - 1} or less, or leave this class as it is.`,
    );
  }
}

/** Throws RangeError unless `value` is a whole number from `least`. */
export function checkWholeNumber(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number from ${least}, got ${value}.`);
  }
}
