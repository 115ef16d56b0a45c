/** Exact k nearest neighbours by Euclidean distance. */
import { NearestHeap } from './nearestHeap.js';
import { Rows } from './rows.js';
import { checkNeighbours, checkSamples, type Samples } from './samples.js';

export interface NeighbourOptions {
  /** [count, features], finite. */
  readonly samples: Samples;
  readonly count: number;
  readonly features: number;
  /** Neighbours per row, 1 to count - 1; default 5. */
  readonly neighbours?: number;
  /** Pixels per image row, if the features are an image: the same result, up to several times as fast. */
  readonly imageWidth?: number | undefined;
  /** Rows whose neighbours are wanted; default all. */
  readonly queries?: Uint32Array;
}

/**
 * The nearest rows of each query other than itself: row indices [queries, neighbours], nearest first, ties by lower index.
 * Exact: a row goes unmeasured only if a lower bound of its distance is too large already.
 * Throws RangeError for wrong lengths, values that are not finite, too few rows, or a query that is no row.
 */
export function nearestNeighbours(options: NeighbourOptions): Uint32Array {
  const { samples, count, neighbours = 5 } = options;
  checkSamples(options);
  checkNeighbours(neighbours, count);
  const queries = options.queries ?? Uint32Array.from({ length: count }, (_, row) => row);
  for (const query of queries) {
    if (query >= count) throw new RangeError(`queries must be row indices below ${count}, got ${query}.`);
  }
  const rows = new Rows(samples, options);
  const heaps = { nearest: new NearestHeap(neighbours), promising: new NearestHeap(neighbours) };
  const result = new Uint32Array(queries.length * neighbours);
  for (const [i, query] of queries.entries()) result.set(findNearest(rows, query, heaps), i * neighbours);
  return result;
}

/** The nearest rows of `query`, nearest first; the heaps are empty before and after. */
function findNearest(rows: Rows, query: number, heaps: { nearest: NearestHeap; promising: NearestHeap }): Uint32Array {
  const { nearest, promising } = heaps;
  rows.limitTo(Infinity);
  const bounds = rows.lowerBounds(query);
  bounds[query] = Infinity;
  // The rows of the least bounds first: they make the limit tight before the others are looked at.
  for (let row = 0; row < bounds.length; row++) if (bounds[row]! < promising.worst) promising.offer(bounds[row]!, row);
  for (const row of promising.takeAll()) {
    nearest.offer(rows.squaredDistance(query, row), row);
    bounds[row] = Infinity;
  }
  rows.limitTo(nearest.worst);
  for (let row = 0; row < bounds.length; row++) {
    if (bounds[row]! > rows.boundLimit) continue;
    const distance = rows.squaredDistance(query, row);
    if (distance === Infinity) continue;
    nearest.offer(distance, row);
    rows.limitTo(nearest.worst);
  }
  return nearest.takeAll();
}
