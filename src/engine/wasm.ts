/** The default engine: layers-wasm, behind the seam that all engines share. */
import { compile, LayersWasmError } from 'layers-wasm';
import { FerError } from '../errors.js';
import type { LayersConfig, NamedWeights } from '../model/modelFile.js';
import type { CompiledModel, CompileOptions, Engine } from './engine.js';

/** Trains and runs on WebAssembly SIMD threads; the results do not depend on their number. */
export const wasmEngine: Engine = {
  name: 'wasm',
  async compile(config: LayersConfig, weights: NamedWeights, options: CompileOptions): Promise<CompiledModel> {
    try {
      const network = await compile(config, weights, options);
      return {
        trainStep: (batch) => Promise.resolve(network.trainStep(batch)),
        predict: (images, count) => Promise.resolve(network.predict(images, count)),
        regularizationLoss: () => network.regularizationLoss(),
        readWeights: () => network.readWeights(),
        writeWeights: (values) => network.writeWeights(values),
        readOptimizer: () => network.readOptimizer(),
        writeOptimizer: (state) => network.writeOptimizer(state),
        close: () => network.close(),
      };
    } catch (cause) {
      throw cause instanceof LayersWasmError ? asFerError(cause) : cause;
    }
  },
};

/** What a user can mend keeps its message; anything else would be a mistake of ours and stays as it is. */
function asFerError(error: LayersWasmError): FerError | LayersWasmError {
  switch (error.code) {
    case 'MODEL_UNSUPPORTED':
      return new FerError('MODEL_UNSUPPORTED', error.message, { cause: error });
    case 'MODEL_INVALID':
    case 'WEIGHTS_INVALID':
      return new FerError('MODEL_INVALID', error.message, { cause: error });
    case 'THREAD_FAILED':
      return new FerError('ENGINE_UNAVAILABLE', error.message, { cause: error });
    default:
      return error;
  }
}
