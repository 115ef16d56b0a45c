/** Joins a max pooling to the normalisation before it: pooling first leaves a fraction of the pixels to normalise. */
import { fuseReaders } from './fusion.js';
import type { Graph } from './operation.js';

/**
 * The same graph, with every max pooling that is the only reader of a normalisation made part of it. Both may be taken in the
 * other order because a normalisation, also a rectified one, keeps the order of values or, where its scale is negative, turns it around.
 */
export function fusePoolings(graph: Graph): Graph {
  return fuseReaders(graph, (normalization, reader, readers) => {
    // Another reader of the input would want its own share of the gradient in a layout that the winners do not know.
    const isAlone = readers.get(normalization.input)!.length === 1;
    if (reader.kind !== 'maxPooling' || !isAlone) return undefined;
    return { ...normalization, output: reader.output, pooling: reader.window };
  });
}
