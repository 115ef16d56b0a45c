/** The k nearest of many candidates, without sorting them all. */

/** A heap of at most `capacity` candidates with the farthest on top. Of equal distances the lower index is nearer. */
export class NearestHeap {
  private readonly distances: Float64Array;
  private readonly indices: Uint32Array;
  private size = 0;

  constructor(capacity: number) {
    this.distances = new Float64Array(capacity);
    this.indices = new Uint32Array(capacity);
  }

  /** The distance of the farthest candidate kept; Infinity while there is room. */
  get worst(): number {
    return this.size < this.distances.length ? Infinity : this.distances[0]!;
  }

  /** Keeps the candidate if there is room or if it is nearer than the farthest kept. */
  offer(distance: number, index: number): void {
    if (this.size < this.distances.length) {
      this.rise(this.size++, distance, index);
    } else if (this.isFarther(0, distance, index)) {
      this.sink(distance, index);
    }
  }

  /** Takes all candidates out, nearest first. */
  takeAll(): Uint32Array {
    const taken = new Uint32Array(this.size);
    for (let place = this.size - 1; place >= 0; place--) {
      taken[place] = this.indices[0]!;
      this.size = place;
      this.sink(this.distances[place]!, this.indices[place]!);
    }
    return taken;
  }

  /** Whether the entry at `place` is farther than the given candidate. */
  private isFarther(place: number, distance: number, index: number): boolean {
    const own = this.distances[place]!;
    return own > distance || (own === distance && this.indices[place]! > index);
  }

  private rise(from: number, distance: number, index: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.isFarther(parent, distance, index)) break;
      this.put(place, this.distances[parent]!, this.indices[parent]!);
      place = parent;
    }
    this.put(place, distance, index);
  }

  /** Puts a candidate in place of the top one and lets it sink. */
  private sink(distance: number, index: number): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.size) break;
      const sibling = child + 1;
      if (sibling < this.size && this.isFarther(sibling, this.distances[child]!, this.indices[child]!)) child = sibling;
      if (!this.isFarther(child, distance, index)) break;
      this.put(place, this.distances[child]!, this.indices[child]!);
      place = child;
    }
    this.put(place, distance, index);
  }

  private put(place: number, distance: number, index: number): void {
    this.distances[place] = distance;
    this.indices[place] = index;
  }
}
