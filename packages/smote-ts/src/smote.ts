/** Synthetic samples of one class. */
import { nearestNeighbours } from './neighbours.js';
import { Pcg32 } from './pcg32.js';
import { checkWholeNumber, type Samples } from './samples.js';

export interface SmoteOptions {
  /** The samples of one class: [count, features], finite. */
  readonly samples: Samples;
  /** At least 2, and more than `neighbours`. */
  readonly count: number;
  readonly features: number;
  /** Nearest neighbours to choose from, at least 1; default 5. */
  readonly neighbours?: number;
  /** Pixels per image row, if the features are an image: the same result, up to several times as fast. */
  readonly imageWidth?: number | undefined;
  /** Synthetic samples to make, from 0. */
  readonly amount: number;
  /** Any integer; the same seed gives the same samples. */
  readonly seed: number;
  /** A whole number from 0 that tells classes of one seed apart; default 0. */
  readonly stream?: number;
}

/**
 * Makes `amount` new samples [amount, features], each `a + gap * (b - a)`: `a` a given sample, `b` one of its nearest
 * neighbours, `gap` uniform in [0, 1). Every sample is `a` equally often; what is left over goes to a random choice of them.
 * Throws RangeError for wrong lengths, values that are not finite, fewer than 2 samples, or too many neighbours.
 *
 * Reference: N. V. Chawla et al., "SMOTE: Synthetic Minority Over-sampling Technique", JAIR 16 (2002), 321-357. Its listing
 * draws a gap per feature, its text puts the point on the line segment; this follows the text, as most software does.
 */
export function smote(options: SmoteOptions): Float32Array {
  const { samples, count, features, neighbours = 5, imageWidth, amount, seed, stream = 0 } = options;
  checkWholeNumber('amount', amount, 0);
  checkWholeNumber('stream', stream, 0);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a whole number, got ${seed}.`);
  const random = new Pcg32(seed, stream);
  const bases = chooseBases(count, amount, random);
  const queries = bases.subarray(0, Math.min(count, amount));
  const nearest = nearestNeighbours({ samples, count, features, neighbours, imageWidth, queries });

  const synthetic = new Float32Array(amount * features);
  for (let i = 0; i < amount; i++) {
    const query = i % count;
    const from = bases[i]! * features;
    const to = nearest[query * neighbours + random.integer(neighbours)]! * features;
    const gap = random.next();
    for (let feature = 0; feature < features; feature++) {
      const start = samples[from + feature]!;
      synthetic[i * features + feature] = start + gap * (samples[to + feature]! - start);
    }
  }
  return synthetic;
}

/** The given sample behind each synthetic one: [amount]. One random order of all of them, over and over. */
function chooseBases(count: number, amount: number, random: Pcg32): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, row) => row);
  for (let i = 0; i < count - 1; i++) {
    const j = i + random.integer(count - i);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return Uint32Array.from({ length: amount }, (_, i) => order[i % count]!);
}
