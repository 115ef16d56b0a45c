/** Named tensors in and out of padded memory. */
import { LayersWasmError } from '../errors.js';
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
      return [parameter.name, { shape: parameter.shape, data }];
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

/** Throws WEIGHTS_INVALID, naming the tensor, when one is missing or has another shape; `what` says what they are. */
export function demandTensors(parameters: readonly Parameter[], values: NamedWeights, what: string): void {
  for (const { name, shape, size } of parameters) {
    const value = values.get(name);
    if (!value) throw new LayersWasmError('WEIGHTS_INVALID', `The ${what} "${name}" is missing.`);
    if (value.shape.join() === shape.join() && value.data.length === size) continue;
    const got = `[${value.shape.join(', ')}] with ${value.data.length} values`;
    const message = `The ${what} "${name}" must have shape [${shape.join(', ')}], got ${got}.`;
    throw new LayersWasmError('WEIGHTS_INVALID', message);
  }
}
