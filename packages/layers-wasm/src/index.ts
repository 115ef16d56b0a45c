/** Trains and runs Keras and TensorFlow.js layers models on WebAssembly SIMD threads. */
import { availableParallelism } from 'node:os';
import { compileModule } from './compiler/compileModule.js';
import { LayersWasmError } from './errors.js';
import { lower } from './graph/lower.js';
import { WasmNetwork } from './runtime/network.js';
import { ThreadPool } from './runtime/threadPool.js';
import { resolveTraining } from './trainingOptions.js';
import type { CompileOptions, LayersConfig, NamedWeights, Network } from './types.js';

export { LayersWasmError, type LayersWasmErrorCode } from './errors.js';
export type * from './types.js';

/**
 * Compiles a functional model of one image input [height, width, channels] and one output, and starts its threads.
 * Weights are keyed `layer/weight`. Training wants a model that ends in a softmax; the loss is its cross-entropy with class labels
 * or target probabilities. Throws LayersWasmError MODEL_UNSUPPORTED, naming the layer, for a model that it cannot run,
 * WEIGHTS_INVALID for weights that do not fit, and ARGUMENT_INVALID for options without meaning.
 */
export async function compile(config: LayersConfig, weights: NamedWeights, options: CompileOptions): Promise<Network> {
  const { batchSize, threads = availableParallelism(), seed = 0, inferenceOnly = false } = options;
  demandCount('batchSize', batchSize);
  demandCount('threads', threads);
  const trained = resolveTraining(options);
  const training = !inferenceOnly;
  const graph = lower(config, { training });
  if (training && !graph.softmax) {
    throw new LayersWasmError(
      'MODEL_UNSUPPORTED',
      'Training expects a model whose last layer is a softmax; compile with inferenceOnly to run it.',
    );
  }
  const compiled = compileModule(graph, { batchSize, threads, training, update: trained });
  const pool = await ThreadPool.start(compiled);
  const network = new WasmNetwork(compiled, pool, {
    batchSize,
    training,
    seed,
    trained,
    parameters: graph.parameters,
  });
  try {
    network.writeWeights(weights);
  } catch (error) {
    await pool.close();
    throw error;
  }
  return network;
}

function demandCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new LayersWasmError('ARGUMENT_INVALID', `${name} must be a whole number of at least 1, got ${value}.`);
}
