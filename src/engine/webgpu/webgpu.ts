/** Any GPU, through WebGPU: Dawn for Node, kernels of TensorFlow.js and programs of our own. */
import { LayersWasmError } from 'layers-wasm';
import { demandTrainable } from 'layers-wasm/training/demands.js';
import { fuseRectifiers } from 'layers-wasm/graph/fuseRectifiers.js';
import { lowerLayers } from 'layers-wasm/graph/lower.js';
import { demandKnownWeights, resolveTraining } from 'layers-wasm/training/options.js';
import { slotsOf } from 'layers-wasm/training/optimizerState.js';
import type { LayersConfig, NamedWeights } from '../../model/modelFile.js';
import type { CompileOptions, Engine } from '../engine.js';
import { ferErrors, withFerErrors } from '../ferErrors.js';
import type { Adapter } from './adapters.js';
import { WebGpuNetwork } from './network.js';
import { allocate } from './networkMemory.js';
import { loadDawn, loadTensorFlow } from './packages.js';
import { Session } from './session.js';
import { StateLayout } from './stateLayout.js';

/** The engine on `adapter`. Every model has a device of its own: what one does to its GPU, others do not see. */
export function webGpuEngine(adapter: Adapter): Engine {
  return {
    name: 'webgpu',
    takesBytes: true,
    compile: async (config, weights, options) =>
      withFerErrors(await ferErrors(() => compile(adapter, { config, weights }, options))),
  };
}

async function compile(
  adapter: Adapter,
  { config, weights }: { config: LayersConfig; weights: NamedWeights },
  options: CompileOptions,
): Promise<WebGpuNetwork> {
  const { batchSize, inferenceOnly = false, scaling } = options;
  const training = !inferenceOnly;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    const message = `batchSize must be a whole number of at least 1, got ${batchSize}.`;
    throw new LayersWasmError('ARGUMENT_INVALID', message);
  }
  const trained = resolveTraining(options);
  const graph = fuseRectifiers(lowerLayers(config, { training }));
  if (training) demandTrainable(graph);
  demandKnownWeights(trained.learningRateFactors, graph.parameters);
  const session = await Session.open(await loadDawn(), loadTensorFlow(), adapter);
  try {
    const layout = new StateLayout(graph, training ? slotsOf(trained) : []);
    const memory = allocate(session, graph, { layout, batchSize, bytes: scaling !== undefined });
    const network = new WebGpuNetwork(
      { session, graph, memory },
      {
        batchSize,
        training,
        trained,
        ...(scaling && { scaling }),
      },
    );
    await network.prepare(weights);
    return network;
  } catch (error) {
    await session.close();
    throw error;
  }
}
