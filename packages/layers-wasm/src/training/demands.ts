/** What every executor asks of a model and its options before it compiles them. */
import { argumentInvalid, LayersWasmError } from '../errors.js';
import type { Graph } from '../graph/operation.js';

/** Throws ARGUMENT_INVALID unless the option `name` is a whole number of at least 1. */
export function demandCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw argumentInvalid(`${name} must be a whole number of at least 1, got ${value}.`);
}

/** Throws MODEL_UNSUPPORTED unless there is something to train, and a loss to train it by. */
export function demandTrainable({ softmax, output }: Graph): void {
  const missing = softmax ? 'a layer with weights that is trainable' : 'a model whose last layer is a softmax';
  if (softmax && output.needsGradient) return;
  throw new LayersWasmError(
    'MODEL_UNSUPPORTED',
    `Training expects ${missing}; compile with inferenceOnly to run the model.`,
  );
}
