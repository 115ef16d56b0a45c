/** The default engine: layers-wasm, behind the seam that all engines share. */
import { compile, LayersWasmError } from 'layers-wasm';
import { FerError } from '../errors.js';
import type { LayersConfig, NamedWeights } from '../model/modelFile.js';
import type { CompiledModel, CompileOptions, Engine } from './engine.js';

/** Trains and runs on WebAssembly SIMD threads; the results do not depend on their number. */
export const wasmEngine: Engine = {
  name: 'wasm',
  async compile(config: LayersConfig, weights: NamedWeights, options: CompileOptions): Promise<CompiledModel> {
    const network = await compile(config, weights, options).catch(rethrow);
    return {
      inspection: { build: network.build, readProfile: () => network.readProfile() },
      trainStep: (batch) => promised(() => network.trainStep(batch)),
      predict: (images, count) => promised(() => network.predict(images, count)),
      regularizationLoss: () => promised(() => network.regularizationLoss()),
      readWeights: () => promised(() => network.readWeights()),
      writeWeights: (values) => promised(() => network.writeWeights(values)),
      readAverages: () => promised(() => network.readAverages()),
      readOptimizer: () => promised(() => network.readOptimizer()),
      writeOptimizer: (state) => promised(() => network.writeOptimizer(state)),
      carryOptimizer: (state) => promised(() => network.carryOptimizer(state)),
      close: () => network.close(),
    };
  },
};

/** The engine works on this thread and answers at once; the seam promises. */
function promised<T>(call: () => T): Promise<T> {
  return new Promise((resolve) => resolve(translated(call)));
}

function translated<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    return rethrow(error);
  }
}

/** Errors that a user can mend become FerErrors; others would be mistakes of ours and stay as they are. */
function rethrow(error: unknown): never {
  throw error instanceof LayersWasmError ? asFerError(error) : error;
}

function asFerError(error: LayersWasmError): FerError | LayersWasmError {
  switch (error.code) {
    case 'MODEL_UNSUPPORTED':
      return new FerError('MODEL_UNSUPPORTED', error.message, { cause: error });
    case 'MODEL_INVALID':
    case 'WEIGHTS_INVALID':
      return new FerError('MODEL_INVALID', error.message, { cause: error });
    case 'THREAD_FAILED':
    case 'THREADS_UNAVAILABLE':
    case 'SIMD_UNAVAILABLE':
    case 'MEMORY_EXCEEDED':
      return new FerError('ENGINE_UNAVAILABLE', error.message, { cause: error });
    default:
      return error;
  }
}
