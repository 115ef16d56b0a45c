/**
 * Seeded random numbers, forkable by name, so that every draw depends only on (seed, name) and never on the order of work.
 * Generator: xoshiro128** 1.1 (Blackman and Vigna, 2018); seeding: splitmix32 over a MurmurHash3-style hash of the name.
 */
export class Random {
  private readonly state: Uint32Array;
  private readonly key: number;

  /** A generator for `seed` (any integer; its low 32 bits count) and an optional stream `name`. */
  constructor(seed: number, name = '') {
    this.key = hashName(name, seed >>> 0);
    this.state = new Uint32Array(4);
    let mixed = this.key;
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      this.state[i] = finalise(mixed);
    }
  }

  /** A generator from four raw state words, not all zero: for tests against the published generator. */
  static fromState(words: readonly [number, number, number, number]): Random {
    const random = new Random(0);
    random.state.set(words);
    return random;
  }

  /** An independent stream that depends on this generator's seed and name only, not on what has been drawn from it. */
  fork(name: string): Random {
    return new Random(this.key, name);
  }

  /** The next raw 32 bits as an unsigned integer. */
  nextUint32(): number {
    const s = this.state as unknown as [number, number, number, number];
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number {
    return this.nextUint32() / 4294967296;
  }

  /** Uniform in [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A uniform integer in [0, count); count in 1 .. 2^32. The bias, at most count / 2^32, is below anything measurable here. */
  integer(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** Standard normal, by Box and Muller (1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /**
   * Beta(a, b) in [0, 1], both shapes above 0: `X / (X + Y)` of gamma variates X and Y. In logarithms, because with a shape below
   * about 0.01 both of them may be too small for a double.
   */
  beta(a: number, b: number): number {
    const x = this.gammaLogarithm(a);
    const y = this.gammaLogarithm(b);
    return 1 / (1 + Math.exp(y - x));
  }

  /**
   * The logarithm of a gamma variate of this shape (above 0) and scale 1: rejection from a cubed normal for shapes of 1 and more,
   * and `gamma(shape + 1) * uniform^(1 / shape)` below. Reference: Marsaglia and Tsang 2000.
   */
  private gammaLogarithm(shape: number): number {
    if (shape < 1) return this.gammaLogarithm(shape + 1) + Math.log(1 - this.next()) / shape;
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const root = 1 + c * x;
      const v = root * root * root; // V8 has two ways to round root ** 3, before and since Node 24.
      if (v > 0 && Math.log(1 - this.next()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return Math.log(d * v);
    }
  }

  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<T extends { [index: number]: unknown; length: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
    return items;
  }
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** The 32-bit finaliser of MurmurHash3 (Appleby 2011). */
function finalise(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

function hashName(name: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < name.length; i++) {
    hash = rotateLeft(hash ^ Math.imul(name.charCodeAt(i), 0xcc9e2d51), 13);
    hash = (Math.imul(hash, 5) + 0xe6546b64) >>> 0;
  }
  return finalise(hash ^ name.length);
}
