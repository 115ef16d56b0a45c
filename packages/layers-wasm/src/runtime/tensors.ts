/** Named tensors in and out of padded memory. */
import type { Parameter } from '../graph/parameter.js';
import type { NamedWeights } from '../types.js';
import type { LinearMemory } from './linearMemory.js';

/** Where tensors lie: `addressOf` gives the first byte of each. */
export interface TensorPlaces {
  readonly parameters: readonly Parameter[];
  readonly addressOf: (parameter: Parameter) => number;
}

/** Copies of the tensors, keyed by name. */
export function readTensors(memory: LinearMemory, { parameters, addressOf }: TensorPlaces): NamedWeights {
  return new Map(
    parameters.map((parameter) => {
      const data = parameter.unpack(memory.floats(addressOf(parameter), parameter.paddedSize));
      return [parameter.name, { shape: [...parameter.shape], data }];
    }),
  );
}

/** Writes `values`, which `demandTensors` has found to fit. */
export function writeTensors(
  memory: LinearMemory,
  values: NamedWeights,
  { parameters, addressOf }: TensorPlaces,
): void {
  for (const parameter of parameters) {
    parameter.pack(values.get(parameter.name)!.data, memory.floats(addressOf(parameter), parameter.paddedSize));
  }
}
