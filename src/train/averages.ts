/** The moving average of the weights takes the place of the weights where a model is judged, and training goes on without it. */
import type { CompiledModel } from '../engine/engine.js';
import type { ModelTensors } from './trainingState.js';

/**
 * What `measure` gives while `model` has its averaged weights. Afterwards, also when it fails, the model is what `tensors` say to
 * the bit: writing weights begins a new average, so the optimizer's state is written back after them.
 */
export async function duringAverages<T>(
  model: CompiledModel,
  { weights, optimizer }: ModelTensors,
  measure: () => Promise<T>,
): Promise<T> {
  await model.writeWeights(await model.readAverages());
  try {
    return await measure();
  } finally {
    await model.writeWeights(weights);
    await model.writeOptimizer(optimizer);
  }
}
