/** A small seeded random generator with independent streams. */

const multiplier = 6364136223846793005n;
const bits64 = (value: bigint) => BigInt.asUintN(64, value);

/**
 * PCG32: 64 bits of state, 32 bits out, one sequence per (seed, stream).
 *
 * Reference: M. O'Neill, "PCG: A family of simple fast space-efficient statistically good algorithms" (2014).
 */
export class Pcg32 {
  private state = 0n;
  private readonly increment: bigint;

  /** `seed` is any integer, `stream` a whole number from 0. */
  constructor(seed: number, stream: number) {
    this.increment = bits64((BigInt(stream) << 1n) | 1n);
    this.nextUint32();
    this.state = bits64(this.state + BigInt(seed));
    this.nextUint32();
  }

  /** The next 32 bits as an unsigned integer. */
  nextUint32(): number {
    const before = this.state;
    this.state = bits64(before * multiplier + this.increment);
    const shifted = Number(BigInt.asUintN(32, ((before >> 18n) ^ before) >> 27n));
    const rotation = Number(before >> 59n);
    return ((shifted >>> rotation) | (shifted << (-rotation & 31))) >>> 0;
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number {
    return this.nextUint32() / 4294967296;
  }

  /** A uniform integer in [0, count). */
  integer(count: number): number {
    return Math.floor(this.next() * count);
  }
}
