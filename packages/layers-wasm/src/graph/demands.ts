/** What every executor demands of a model before it compiles it. */
import { LayersWasmError } from '../errors.js';
import type { LayersConfig } from '../types.js';
import type { Graph } from './operation.js';

/** Throws MODEL_UNSUPPORTED unless the model ends in a softmax and something in it can be trained. */
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
