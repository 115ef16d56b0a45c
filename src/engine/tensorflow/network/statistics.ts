/** The moving statistics of normalisations, all in one vector, meeting those of a batch. */
import type { Graph, Normalization } from 'layers-wasm/graph/operation.js';
import type { Parameter } from 'layers-wasm/graph/parameter.js';
import type { GraphWriter, Output } from '../graph/graphWriter.js';
import type { NetworkVectors } from './parameterVector.js';
import type { Pass } from './pass.js';
import { writeMovingAverage } from './update.js';
import { assign, joinParts, type Variable } from './variables.js';

export interface StatisticsSources {
  readonly variable: Variable;
  readonly network: Graph;
  readonly vectors: NetworkVectors;
  readonly pass: Pass;
  /** 1 / images of the batch. */
  readonly inverseCount: Output;
}

/**
 * `s += (1 - momentum) (b - s)`; TensorFlow gives a batch's variance over n values times n / (n - 1), which is taken back, because the
 * moving variance is that of Keras 3, the mean of the squares. Gives the node that replaces the variable.
 */
export function writeStatistics(graph: GraphWriter, sources: StatisticsSources): Output {
  const { variable, network, vectors, pass, inverseCount } = sources;
  const { statistics } = vectors;
  const owners = ownersOf(network);
  const constant = (numberOf: (parameter: Parameter) => number): Output =>
    graph.constant({ type: 'float32', shape: [statistics.size], values: [...statistics.spread(numberOf)] });
  const perImage = constant((parameter) =>
    owners.get(parameter)!.movingVariance === parameter ? 1 / pass.statistics.get(parameter)!.pixels : 0,
  );
  const correction = graph.compute('Sub', [graph.number(1), graph.compute('Mul', [perImage, inverseCount])]);
  const batch = joinParts(
    graph,
    statistics.parameters.map((parameter) => pass.statistics.get(parameter)!.value),
  );
  const moved = writeMovingAverage(graph, {
    average: variable.value,
    // Of one value there is no unbiased variance; what a GPU gives for it is not to spread.
    value: graph.compute('MulNoNan', [batch, correction]),
    share: constant((parameter) => 1 - owners.get(parameter)!.momentum),
  });
  return assign(graph, variable.handle, moved);
}

/** The normalisation that each moving statistic belongs to. */
function ownersOf({ operations }: Graph): ReadonlyMap<Parameter, Normalization> {
  const owners = new Map<Parameter, Normalization>();
  for (const operation of operations) {
    if (operation.kind !== 'normalization') continue;
    owners.set(operation.movingMean, operation).set(operation.movingVariance, operation);
  }
  return owners;
}
