/** Networks in a form of code that this host would not choose: all forms run everywhere. */
import { compileModule, type CodeOptions } from '../src/compiler/compileModule.js';
import { lower } from '../src/graph/lower.js';
import { WasmNetwork } from '../src/runtime/network.js';
import { nodeHost } from '../src/runtime/nodeHost.js';
import { ThreadPool } from '../src/runtime/threadPool.js';
import { resolveTraining } from '../src/training/options.js';
import type { Network } from '../src/types.js';
import type { TestNetwork } from './configBuilder.js';

/** Compiles `network` for training with 1 thread and a seed of 0, as `compile` does, in the form of `code`. */
export async function compileForm(
  { config, weights }: TestNetwork,
  { batchSize, ...code }: { batchSize: number } & Pick<CodeOptions, 'simd' | 'wide'>,
): Promise<Network> {
  const training = true;
  const graph = lower(config, { training });
  const trained = resolveTraining({ batchSize });
  const form = { profile: false, fused: false, ...code };
  const compiled = compileModule(graph, { batchSize, threads: 1, training, update: trained, code: form });
  const threads = await ThreadPool.start(compiled, nodeHost());
  const options = { batchSize, training, trained, parameters: graph.parameters };
  const network = new WasmNetwork(compiled, threads, options);
  network.writeWeights(weights);
  return network;
}
