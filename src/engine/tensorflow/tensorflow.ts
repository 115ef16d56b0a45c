/** TensorFlow behind the seam that all engines share: a network is one graph, and a training step one run of it. */
import { availableParallelism } from 'node:os';
import { lowerLayers } from 'layers-wasm/graph/lower.js';
import { demandCount, demandTrainable } from 'layers-wasm/training/demands.js';
import { demandKnownWeights, resolveTraining } from 'layers-wasm/training/options.js';
import type { LayersConfig, NamedWeights } from '../../model/modelFile.js';
import type { CompiledModel, CompileOptions, Engine } from '../engine.js';
import { ferErrors, withFerErrors } from '../ferErrors.js';
import type { TensorflowLibrary } from './library/openLibrary.js';
import { GraphSession } from './library/session.js';
import { TensorflowNetwork } from './network/network.js';
import { writeNetworkGraph } from './network/networkGraph.js';
import { vectorsOf } from './network/parameterVector.js';
import { Trainer } from './network/trainer.js';

/** The engine on the processor, or on the GPU for `cuda`. */
export function tensorflowEngine(library: TensorflowLibrary, name: 'tensorflow' | 'cuda'): Engine {
  return {
    name,
    takesBytes: true,
    compile: async (config, weights, options) =>
      withFerErrors(await ferErrors(() => compile(library, { config, weights, options, gpu: name === 'cuda' }))),
  };
}

interface Order {
  readonly config: LayersConfig;
  readonly weights: NamedWeights;
  readonly options: CompileOptions;
  readonly gpu: boolean;
}

async function compile(library: TensorflowLibrary, order: Order): Promise<CompiledModel> {
  const { config, weights, options, gpu } = order;
  const { batchSize, threads = availableParallelism(), inferenceOnly = false, scaling } = options;
  demandCount('batchSize', batchSize);
  demandCount('threads', threads);
  const trained = resolveTraining(options);
  const network = lowerLayers(config, { training: !inferenceOnly });
  if (!inferenceOnly) demandTrainable(network);
  const { parameters, input, output } = network;
  demandKnownWeights(trained.learningRateFactors, parameters);
  const vectors = vectorsOf(network);
  const graph = writeNetworkGraph(network, {
    vectors,
    ...(!inferenceOnly && { trained }),
    ...(scaling && { scaling }),
  });
  const { height, width, channels } = input.shape;
  const format = {
    imageShape: [height, width, channels],
    classes: output.shape.channels,
    batchSize,
    labelSmoothing: trained.labelSmoothing,
    scaling,
  } as const;
  library.allowTensorFloat(options.fast === true);
  const session = GraphSession.open(library, graph.definition, { threads, gpu });
  try {
    const { trainable } = vectors;
    const trainer = graph.training && (await Trainer.start(session, graph.training, { trained, trainable, format }));
    const compiled = new TensorflowNetwork({ session, graph, vectors, parameters, format, trainer });
    await compiled.writeWeights(weights);
    return compiled;
  } catch (error) {
    await session.close();
    throw error;
  }
}
