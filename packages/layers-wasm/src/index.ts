/** Trains and runs Keras and TensorFlow.js layers models on WebAssembly SIMD threads. */
import { compileModule } from './compiler/compileModule.js';
import { demandOptions } from './compileOptions.js';
import { lower } from './graph/lower.js';
import { demandFeatures } from './runtime/features.js';
import { findHost } from './runtime/host.js';
import { featuresOf } from './runtime/hostFeatures.js';
import { WasmNetwork } from './runtime/network.js';
import { hasSimd } from './runtime/simd.js';
import { ThreadPool } from './runtime/threadPool.js';
import { demandCount, demandTrainable } from './training/demands.js';
import { demandKnownWeights, resolveTraining } from './training/options.js';
import type { CompileOptions, HostFeatures, LayersConfig, NamedWeights, Network } from './types.js';

export { LayersWasmError, type LayersWasmErrorCode } from './errors.js';
export type * from './types.js';

/**
 * Compiles a functional model of one image input [height, width, channels] and one output, and starts its threads.
 * Weights are keyed `layer/weight`. Training wants a model that ends in a softmax; the loss is its cross-entropy with class labels
 * or target probabilities. Runs in Node, and in browsers best in a module worker: elsewhere, and without cross-origin isolation,
 * there is one thread only. Throws LayersWasmError MODEL_INVALID or MODEL_UNSUPPORTED, naming the layer, for a model that it cannot run,
 * WEIGHTS_INVALID for weights that do not fit, ARGUMENT_INVALID for options without meaning, THREADS_UNAVAILABLE or SIMD_UNAVAILABLE
 * for those that this host cannot grant, MEMORY_EXCEEDED for a network too large, and THREAD_FAILED when a thread does not start.
 */
export async function compile(config: LayersConfig, weights: NamedWeights, options: CompileOptions): Promise<Network> {
  demandOptions(options);
  const host = await findHost();
  const { simd = hasSimd(), fast = false, wide = false, profile = false, inferenceOnly = false } = options;
  const { batchSize, threads = profile || host.whyAlone ? 1 : host.processors } = options;
  demandCount('batchSize', batchSize);
  demandCount('threads', threads);
  demandFeatures({ threads, simd, fast, profile }, host);
  const trained = resolveTraining(options);
  const training = !inferenceOnly;
  const graph = lower(config, { training });
  if (training) demandTrainable(graph);
  demandKnownWeights(trained.learningRateFactors, graph.parameters);
  const code = {
    simd,
    profile,
    fused: fast,
    wide: wide && simd && (await host.joinVectors({ fused: fast })),
  };
  const compiled = compileModule(graph, { batchSize, threads, training, update: trained, code });
  const pool = await ThreadPool.start(compiled, host);
  try {
    const { parameters } = graph;
    const network = new WasmNetwork(compiled, pool, { batchSize, training, trained, parameters });
    network.writeWeights(weights);
    return network;
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** What this process, page or worker has. Changes nothing: no flag of V8 is set. */
export async function hostFeatures(): Promise<HostFeatures> {
  return featuresOf(await findHost());
}
