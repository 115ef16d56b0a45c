/** Vectors that stay in TensorFlow from run to run. */
import { integer, shape, text, type } from '../graph/attributes.js';
import { outputOf, type GraphWriter, type Output } from '../graph/graphWriter.js';
import type { RunPlan } from '../library/session.js';
import type { ParameterVector } from './parameterVector.js';

export interface Variable {
  readonly handle: Output;
  /** What it holds when a run begins. */
  readonly value: Output;
  /** Runs that read and replace it. */
  readonly read: RunPlan;
  readonly write: RunPlan;
}

/** A variable of `size` numbers, which has none until it is written. */
export function writeVariable(graph: GraphWriter, name: string, size: number): Variable {
  graph.scope = name;
  const handle = graph.add('VarHandleOp', [], {
    dtype: type('float32'),
    shape: shape([size]),
    shared_name: text(name),
  });
  const value = graph.add('ReadVariableOp', [handle], { dtype: type('float32') });
  const feed = graph.placeholder('float32', [size]);
  const write = { feeds: [feed], fetches: [], targets: [assign(graph, handle, feed)] };
  return { handle, value, read: { feeds: [], fetches: [value] }, write };
}

/** Replaces the variable of `handle`; gives the node that does it. */
export function assign(graph: GraphWriter, handle: Output, value: Output): Output {
  return graph.add('AssignVariableOp', [handle, value], { dtype: type('float32') });
}

/** The weights in a vector, by name, each a vector too. */
export function writeParts(graph: GraphWriter, { parameters }: ParameterVector, value: Output): Map<string, Output> {
  const sizes = graph.integers(parameters.map(({ size }) => size));
  const axis = graph.constant({ type: 'int32', shape: [], values: [0] });
  const first = graph.compute('SplitV', [value, sizes, axis], {
    Tlen: type('int32'),
    num_split: integer(parameters.length),
  });
  return new Map(parameters.map(({ name }, index) => [name, outputOf(first, index)]));
}

/** Vectors one behind the other, as one. */
export function joinParts(graph: GraphWriter, parts: readonly Output[]): Output {
  if (parts.length === 1) return parts[0]!;
  const axis = graph.constant({ type: 'int32', shape: [], values: [0] });
  return graph.compute('ConcatV2', [...parts, axis], { N: integer(parts.length) });
}
