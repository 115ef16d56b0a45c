/** Rows of features seen at several grains, so that a distance too large is found out early. */
import { tileOrder } from './tileOrder.js';

/** Features per block at each grain, coarse first; the last grain is the features themselves. */
const blockLengths = [64, 16, 4, 1];
/** Blocks between two checks whether a sum is too large already. */
const stride = 48;

export interface RowShape {
  readonly count: number;
  readonly features: number;
  /** Pixels per image row, if the features are an image: blocks are square tiles then. */
  readonly imageWidth?: number | undefined;
}

interface Grain {
  /** Sum of every block over the root of its length: [count, blocks]. */
  readonly sums: Float64Array;
  readonly blocks: number;
  /** No distance between sums is above the true distance by more than this, however the sums round. */
  readonly slack: number;
  /** The squared distance between sums above which a row is ruled out. */
  limit: number;
}

/** Rows [count, features] of finite values, and how far apart they are. */
export class Rows {
  readonly count: number;
  private readonly grains: readonly Grain[];
  private readonly bounds: Float64Array;

  constructor(samples: ArrayLike<number>, { count, features, imageWidth }: RowShape) {
    this.count = count;
    this.bounds = new Float64Array(count);
    const order = imageWidth === undefined ? undefined : tileOrder(features, imageWidth);
    this.grains = blockLengths.map((length) => sumBlocks(samples, { count, features, length, order }));
  }

  /** Lets `squaredDistance` give up above `distance`. */
  limitTo(distance: number): void {
    for (const grain of this.grains) {
      const { slack } = grain;
      grain.limit = slack === 0 ? distance : (Math.sqrt(distance) + slack) ** 2 * (1 + 1e-9);
    }
  }

  /**
   * Lower bounds of the squared distances from row `a` to every row: [count], valid until the next call.
   * In each block of m features `(sum a - sum b)^2 / m <= |a - b|^2` (Cauchy-Schwarz): block sums rule most rows out at a
   * fraction of the cost, since neighbouring pixels are alike.
   */
  lowerBounds(a: number): Float64Array {
    const { bounds } = this;
    const coarse = this.grains[0]!;
    const from = a * coarse.blocks;
    for (let row = 0; row < this.count; row++) bounds[row] = distanceOfSums(coarse, from, row * coarse.blocks);
    return bounds;
  }

  /** The greatest lower bound that a row within the limit can have. */
  get boundLimit(): number {
    return this.grains[0]!.limit;
  }

  /** The squared Euclidean distance of rows `a` and `b`, or Infinity if it exceeds the limit: ever finer sums, then features. */
  squaredDistance(a: number, b: number): number {
    let distance = 0;
    for (let level = 1; level < this.grains.length; level++) {
      const grain = this.grains[level]!;
      distance = distanceOfSums(grain, a * grain.blocks, b * grain.blocks);
      if (distance > grain.limit) return Infinity;
    }
    return distance;
  }
}

/** The squared distance of two rows' block sums; some value above the limit once it must exceed that. */
function distanceOfSums({ sums, blocks, limit }: Grain, fromA: number, fromB: number): number {
  const end = fromA + blocks;
  let a = fromA;
  let b = fromB;
  let distance = 0;
  while (a < end && distance <= limit) {
    const stop = Math.min(a + stride, end);
    // Two sums that do not wait for each other.
    let even = 0;
    let odd = 0;
    for (; a + 1 < stop; a += 2, b += 2) {
      const first = sums[a]! - sums[b]!;
      const second = sums[a + 1]! - sums[b + 1]!;
      even += first * first;
      odd += second * second;
    }
    for (; a < stop; a++, b++) even += (sums[a]! - sums[b]!) ** 2;
    distance += even + odd;
  }
  return distance;
}

function sumBlocks(
  samples: ArrayLike<number>,
  shape: { count: number; features: number; length: number; order: Uint32Array | undefined },
): Grain {
  const { count, features, length, order } = shape;
  const blocks = Math.ceil(features / length);
  const sums = new Float64Array(count * blocks);
  const lastLength = features - (blocks - 1) * length;
  let largest = 0;
  for (let row = 0; row < count; row++) {
    for (let block = 0; block < blocks; block++) {
      const ownLength = block === blocks - 1 ? lastLength : length;
      let sum = 0;
      for (let place = block * length; place < block * length + ownLength; place++) {
        const value = samples[row * features + (order ? order[place]! : place)]!;
        if (Math.abs(value) > largest) largest = Math.abs(value);
        sum += value;
      }
      sums[row * blocks + block] = sum / Math.sqrt(ownLength);
    }
  }
  // A sum of m values errs by at most m * m * largest * 2^-53; the rest is room.
  const slack = length === 1 ? 0 : largest * Math.sqrt(features) * length * 2 ** -50;
  return { sums, blocks, slack, limit: Infinity };
}
