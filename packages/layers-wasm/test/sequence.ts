/** Seeded numbers that a Python script computes to the same bits, so that fixtures need not store inputs and weights. */

/** Taken once: Jest looks up `Math` anew at each use. */
const { imul } = Math;

/** A linear congruential generator (constants of Numerical Recipes) of float32 values, seeded by a name. */
export class Sequence {
  private state: number;

  /** The stream called `name`: its FNV-1a hash is the first state. ASCII only. */
  constructor(name: string) {
    let hash = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) hash = imul(hash ^ name.charCodeAt(i), 0x01000193);
    this.state = hash >>> 0;
  }

  /** The upper 24 bits of the next state, as a multiple of 2^-23 in [-1, 1): exact in float32. */
  next(): number {
    this.state = (imul(this.state, 1664525) + 1013904223) >>> 0;
    return (this.state >>> 8) / 2 ** 23 - 1;
  }

  /** `length` values `centre + spread * next()`, rounded to float32. */
  values(length: number, { centre = 0, spread = 1 } = {}): Float32Array {
    return Float32Array.from({ length }, () => centre + spread * this.next());
  }

  /** `length` class indices below `classes`. */
  labels(length: number, classes: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(((this.next() + 1) / 2) * classes));
  }
}
