/** What every executor asks of a model and its options before it compiles them. */
import { LayersWasmError } from '../errors.js';
import type { Graph } from '../graph/operation.js';
import type { LayersConfig } from '../types.js';

/** Throws ARGUMENT_INVALID unless the option `name` is a whole number of at least 1. */
export function demandCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new LayersWasmError('ARGUMENT_INVALID', `${name} must be a whole number of at least 1, got ${value}.`);
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

/**
 * Throws MODEL_UNSUPPORTED for a config that is not functional. Configs come out of files: a sequential one, which has no names of inputs,
 * is the likeliest to come instead.
 */
export function demandFunctional(model: LayersConfig): void {
  const config: Partial<LayersConfig['config']> = model.config;
  if (Array.isArray(config.input_layers) && Array.isArray(config.output_layers)) return;
  const message =
    `A functional config with input_layers and output_layers was expected, got class_name ${model.class_name}. Make a ` +
    'Sequential model functional with tf.model({ inputs: model.inputs, outputs: model.outputs }) and save that.';
  throw new LayersWasmError('MODEL_UNSUPPORTED', message);
}
