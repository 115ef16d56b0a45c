/** The L2 penalty of the trainable weights, `sum l2 * w^2`, and its gradient. */
import type { GraphWriter, Output } from '../graph/graphWriter.js';
import type { RunPlan } from '../library/session.js';
import type { ParameterVector } from './parameterVector.js';
import { writeVariable, type Variable } from './variables.js';

export interface Penalty {
  /** The factor `l2` of each element. */
  readonly factors: Variable;
  /** Fetches the penalty. */
  readonly run: RunPlan;
  readonly value: Output;
  /** `gradient + 2 l2 w`. */
  readonly gradient: Output;
}

/** Undefined where no weight has one. */
export function writePenalty(
  graph: GraphWriter,
  { trainable, weights, gradient }: { trainable: ParameterVector; weights: Variable; gradient: Output },
): Penalty | undefined {
  if (trainable.parameters.every(({ options }) => options.l2 === 0)) return undefined;
  const factors = writeVariable(graph, 'penalties', trainable.size);
  const half = graph.compute('Mul', [factors.value, weights.value]);
  const value = graph.compute('Sum', [graph.compute('Mul', [half, weights.value]), graph.integers([0])]);
  const sum = graph.compute('AddV2', [gradient, graph.compute('AddV2', [half, half])]);
  return { factors, value, gradient: sum, run: { feeds: [], fetches: [value] } };
}
