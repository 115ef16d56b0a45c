/** The default engine: layers-wasm, behind the seam that all engines share. */
import { compile } from 'layers-wasm';
import type { LayersConfig, NamedWeights } from '../model/modelFile.js';
import type { CompiledModel, CompileOptions, Engine } from './engine.js';
import { ferErrors, withFerErrors } from './ferErrors.js';

/** Trains and runs on WebAssembly SIMD threads; the results do not depend on their number. */
export const wasmEngine: Engine = {
  name: 'wasm',
  async compile(config: LayersConfig, weights: NamedWeights, options: CompileOptions): Promise<CompiledModel> {
    const network = await ferErrors(() => compile(config, weights, options));
    return {
      inspection: { build: network.build, readProfile: () => network.readProfile() },
      ...withFerErrors(network),
    };
  },
};
