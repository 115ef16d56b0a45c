/** What the reading of models and batches throws, as errors of the toolkit: the engines share it. */
import { LayersWasmError } from 'layers-wasm';
import { FerError } from '../errors.js';
import type { CompiledModel } from './engine.js';

type Calls = Omit<CompiledModel, 'inspection'>;

/** A compiled model whose calls may answer at once. */
export type Executor = {
  [Name in keyof Calls]: (
    ...values: Parameters<Calls[Name]>
  ) => Awaited<ReturnType<Calls[Name]>> | ReturnType<Calls[Name]>;
};

/** The calls of `executor`, each of which begins at once and promises; errors that a user can mend are FerErrors. */
export function withFerErrors(executor: Executor): Calls {
  return {
    trainStep: (batch) => ferErrors(() => executor.trainStep(batch)),
    // By itself, because a single image is answered in less time than a rested caller's few more functions take to come from memory.
    async predict(images, count) {
      try {
        return await executor.predict(images, count);
      } catch (error) {
        throw asUserError(error);
      }
    },
    regularizationLoss: () => ferErrors(() => executor.regularizationLoss()),
    readWeights: () => ferErrors(() => executor.readWeights()),
    writeWeights: (weights) => ferErrors(() => executor.writeWeights(weights)),
    readAverages: () => ferErrors(() => executor.readAverages()),
    readOptimizer: () => ferErrors(() => executor.readOptimizer()),
    writeOptimizer: (state) => ferErrors(() => executor.writeOptimizer(state)),
    carryOptimizer: (state) => ferErrors(() => executor.carryOptimizer(state)),
    close: () => ferErrors(() => executor.close()),
  };
}

/** Calls `call` at once. Errors that a user can mend become FerErrors; others would be mistakes of ours and stay as they are. */
export async function ferErrors<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asUserError(error);
  }
}

function asUserError(error: unknown): unknown {
  return error instanceof LayersWasmError ? asFerError(error) : error;
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
