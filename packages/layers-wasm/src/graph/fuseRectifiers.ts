/** Joins a rectifier to the normalisation before it: one pass over the pixels instead of two. */
import { inputsOf, type Graph, type Normalization, type Operation, type Value } from './operation.js';

/** The same graph, with every rectifier that is the only reader of a normalisation made part of it. */
export function fuseRectifiers(graph: Graph): Graph {
  const readers = new Map<Value, Operation[]>();
  for (const operation of graph.operations) {
    for (const input of inputsOf(operation)) readers.set(input, [...(readers.get(input) ?? []), operation]);
  }
  const fused = new Map<Operation, Normalization>();
  const absorbed = new Set<Operation>();
  for (const operation of graph.operations) {
    if (operation.kind !== 'normalization' || operation.output === graph.output) continue;
    const [reader, another] = readers.get(operation.output) ?? [];
    if (reader?.kind !== 'rectification' || another) continue;
    fused.set(operation, { ...operation, output: reader.output, rectifier: reader.rectifier });
    absorbed.add(reader);
  }
  const operations = graph.operations
    .filter((operation) => !absorbed.has(operation))
    .map((operation) => fused.get(operation) ?? operation);
  return { ...graph, operations };
}
