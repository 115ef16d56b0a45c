/** Makes operations part of the normalisations before them: fewer passes over the pixels. */
import { readersOf, type Graph, type Normalization, type Operation, type Value } from './operation.js';

/** The normalisation with `reader`, the only reader of its output, as a part; undefined where that cannot be. */
export type Absorb = (
  normalization: Normalization,
  reader: Operation,
  readers: ReadonlyMap<Value, readonly Operation[]>,
) => Normalization | undefined;

/** The same graph, with every operation that is the only reader of a normalisation made part of it, where `absorb` can. */
export function fuseReaders(graph: Graph, absorb: Absorb): Graph {
  const readers = readersOf(graph.operations);
  const fused = new Map<Operation, Normalization>();
  const absorbed = new Set<Operation>();
  for (const operation of graph.operations) {
    if (operation.kind !== 'normalization' || operation.output === graph.output) continue;
    const [reader, another] = readers.get(operation.output) ?? [];
    const whole = reader && !another ? absorb(operation, reader, readers) : undefined;
    if (!reader || !whole) continue;
    fused.set(operation, whole);
    absorbed.add(reader);
  }
  const operations = graph.operations
    .filter((operation) => !absorbed.has(operation))
    .map((operation) => fused.get(operation) ?? operation);
  return { ...graph, operations };
}
