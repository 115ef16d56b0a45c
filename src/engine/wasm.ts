/** The default engine: layers-wasm, behind the seam that all engines share. */
import { compile, LayersWasmError } from 'layers-wasm';
import type { LayersConfig, NamedWeights } from '../model/modelFile.js';
import type { CompiledModel, CompileOptions, Engine } from './engine.js';
import { ferErrors, withFerErrors } from './ferErrors.js';
import { demandScaledPixels } from './imageKinds.js';

/** Trains and runs on WebAssembly SIMD threads; the results do not depend on their number. */
export const wasmEngine: Engine = {
  name: 'wasm',
  takesBytes: false,
  async compile(config: LayersConfig, weights: NamedWeights, options: CompileOptions): Promise<CompiledModel> {
    if (options.scaling !== undefined) {
      const message = `The wasm engine expects scaled pixels; compile without scaling, got ${options.scaling}.`;
      throw new LayersWasmError('ARGUMENT_INVALID', message);
    }
    const network = await ferErrors(() => compile(config, weights, options));
    const calls = withFerErrors({
      trainStep({ images, ...batch }) {
        demandScaledPixels(images);
        return network.trainStep({ ...batch, images });
      },
      predict(images, count) {
        demandScaledPixels(images);
        return network.predict(images, count);
      },
      regularizationLoss: () => network.regularizationLoss(),
      readWeights: () => network.readWeights(),
      writeWeights: (replacement) => network.writeWeights(replacement),
      readAverages: () => network.readAverages(),
      readOptimizer: () => network.readOptimizer(),
      writeOptimizer: (state) => network.writeOptimizer(state),
      carryOptimizer: (state) => network.carryOptimizer(state),
      close: () => network.close(),
    });
    return { inspection: { build: network.build, readProfile: () => network.readProfile() }, ...calls };
  },
};
