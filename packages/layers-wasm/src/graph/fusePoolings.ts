/** Joins a max pooling to the normalisation before it: pooling first leaves a fraction of the pixels to normalise. */
import { inputsOf, type Graph, type Normalization, type Operation, type Value } from './operation.js';

/**
 * The same graph, with every max pooling that is the only reader of a normalisation made part of it. Both may be taken in the
 * other order because a normalisation, also a rectified one, keeps the order of values or, where its scale is negative, turns it around.
 */
export function fusePoolings(graph: Graph): Graph {
  const readers = new Map<Value, Operation[]>();
  for (const operation of graph.operations) {
    for (const input of inputsOf(operation)) readers.set(input, [...(readers.get(input) ?? []), operation]);
  }
  const fused = new Map<Operation, Normalization>();
  const absorbed = new Set<Operation>();
  for (const operation of graph.operations) {
    if (operation.kind !== 'normalization' || operation.output === graph.output) continue;
    const [reader, another] = readers.get(operation.output) ?? [];
    // Another reader of the input would want its own share of the gradient in a layout that the winners do not know.
    const isAlone = readers.get(operation.input)!.length === 1;
    if (reader?.kind !== 'maxPooling' || another || !isAlone) continue;
    fused.set(operation, { ...operation, output: reader.output, pooling: reader.window });
    absorbed.add(reader);
  }
  const operations = graph.operations
    .filter((operation) => !absorbed.has(operation))
    .map((operation) => fused.get(operation) ?? operation);
  return { ...graph, operations };
}
