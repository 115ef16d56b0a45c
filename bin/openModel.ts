/** From the folder that a user names to a model that answers. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CompiledModel } from '../src/engine/engine.js';
import type { ModelCard } from '../src/model/modelFile.js';
import { modelOrShipped } from './shippedModel.js';

/** A model ready to predict. Whoever opened it closes `compiled`. */
export interface OpenModel {
  readonly compiled: CompiledModel;
  readonly card: ModelCard;
  /** Where its files are. */
  readonly folder: string;
}

export interface OpenModelOptions {
  /** As the user named it; the shipped model when absent. */
  readonly model: string | undefined;
  /** Most images in one call. */
  readonly batchSize: number;
  /** 0 = the engine's own choice. */
  readonly threads: number;
}

/** Reads and compiles a model. Throws MODEL_NOT_FOUND, MODEL_INVALID or MODEL_UNSUPPORTED. */
export async function openModel({ model, batchSize, threads }: OpenModelOptions): Promise<OpenModel> {
  const path = modelOrShipped(model);
  const [{ readLayersModel }, { wasmEngine }] = await Promise.all([
    import('../src/model/formats/layers/layersFormat.js'),
    import('../src/engine/wasm.js'),
  ]);
  const { config, weights, card } = await readLayersModel(path);
  const options = { batchSize, seed: 0, inferenceOnly: true, wide: true, ...(threads > 0 && { threads }) };
  const compiled = await wasmEngine.compile(config, weights, options);
  return { compiled, card, folder: statSync(path).isDirectory() ? path : dirname(path) };
}
