/** Joins a rectifier to the normalisation before it: one pass over the pixels instead of two. */
import { fuseReaders } from './fusion.js';
import type { Graph } from './operation.js';

/** The same graph, with every rectifier that is the only reader of a normalisation made part of it. */
export function fuseRectifiers(graph: Graph): Graph {
  return fuseReaders(graph, (normalization, reader) => {
    if (reader.kind !== 'rectification') return undefined;
    return { ...normalization, output: reader.output, rectifier: reader.rectifier };
  });
}
