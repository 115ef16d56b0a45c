/** Weights of a network one behind the other in one vector: what is done to all of them is done once. */
import type { Graph } from 'layers-wasm/graph/operation.js';
import type { Parameter } from 'layers-wasm/graph/parameter.js';
import type { NamedWeight, NamedWeights } from '../../../model/modelFile.js';

export class ParameterVector {
  /** Elements of all. */
  readonly size: number;

  constructor(readonly parameters: readonly Parameter[]) {
    this.size = parameters.reduce((sum, { size }) => sum + size, 0);
  }

  /** The vector of `values`, which are known to fit. */
  pack(values: NamedWeights): Float32Array {
    return this.fill(({ name }) => values.get(name)!.data);
  }

  /** A vector with as many copies of each weight's number as it has elements. */
  spread(numberOf: (parameter: Parameter) => number): Float32Array {
    return this.fill((parameter) => new Float32Array(parameter.size).fill(numberOf(parameter)));
  }

  /** Copies of the weights in `elements`. */
  unpack(elements: Float32Array): [name: string, weight: NamedWeight][] {
    let at = 0;
    return this.parameters.map(({ name, shape, size }) => {
      const data = elements.slice(at, (at += size));
      return [name, { shape, data }];
    });
  }

  private fill(elementsOf: (parameter: Parameter) => Float32Array): Float32Array {
    const vector = new Float32Array(this.size);
    let at = 0;
    for (const parameter of this.parameters) {
      vector.set(elementsOf(parameter), at);
      at += parameter.size;
    }
    return vector;
  }
}

/** All weights of a network by what moves them. */
export interface NetworkVectors {
  /** The optimizer. */
  readonly trainable: ParameterVector;
  /** The statistics of batches. */
  readonly statistics: ParameterVector;
  /** Nothing. */
  readonly fixed: ParameterVector;
}

/** In the order of their variables. */
export const vectorNames = ['trainable', 'statistics', 'fixed'] as const satisfies readonly (keyof NetworkVectors)[];

export function vectorsOf({ operations, parameters }: Graph): NetworkVectors {
  const moved = new Set<Parameter>();
  for (const operation of operations) {
    if (operation.kind !== 'normalization' || operation.frozen) continue;
    moved.add(operation.movingMean).add(operation.movingVariance);
  }
  const isFixed = (parameter: Parameter): boolean => !parameter.options.trainable && !moved.has(parameter);
  return {
    trainable: new ParameterVector(parameters.filter(({ options }) => options.trainable)),
    statistics: new ParameterVector([...moved]),
    fixed: new ParameterVector(parameters.filter(isFixed)),
  };
}
