/** From the file that a user names to a model that answers. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CompiledModel, Engine } from '../src/engine/engine.js';
import type { EngineChoice } from '../src/engine/engineNames.js';
import type { AssumedField, CardAssumptions } from '../src/model/formats/completeCard.js';
import type { OpenedModel } from '../src/model/formats/readModel.js';
import type { ModelCard, ModelFile } from '../src/model/modelFile.js';
import { printRemark, type OutputOptions } from './output.js';
import { modelOrShipped } from './shippedModel.js';

/** A model ready to predict. Whoever opened it closes `compiled`. */
export interface OpenModel {
  readonly compiled: CompiledModel;
  readonly card: ModelCard;
  /** What the file does not say: part of what `--json` prints. */
  readonly assumed: readonly AssumedField[];
  /** The folder or file that was opened. */
  readonly path: string;
  /** Where its files are. */
  readonly folder: string;
}

export interface OpenModelOptions {
  /** As the user named it; the shipped model when absent. */
  readonly model: string | undefined;
  readonly assumptions: CardAssumptions;
  /** Most images in one call. */
  readonly batchSize: number;
  /** 0 = the engine's own choice. */
  readonly threads: number;
  readonly engine: EngineChoice;
}

/** Reads a model and prints a warning of what it had to assume. Throws as `openModel` does. */
export async function readNamedModel(
  { model, assumptions }: Pick<OpenModelOptions, 'model' | 'assumptions'>,
  output: OutputOptions,
): Promise<OpenedModel & { readonly path: string }> {
  const path = modelOrShipped(model);
  const { readModel } = await import('../src/model/formats/readModel.js');
  const opened = await readModel(path, assumptions);
  for (const remark of opened.remarks) printRemark(`warning: ${remark}`, output);
  return { ...opened, path };
}

/** The engine that `choice` means; says what `auto` took. Throws ENGINE_UNAVAILABLE. */
export async function openEngine(choice: EngineChoice, output: OutputOptions): Promise<Engine> {
  const { chooseEngine } = await import('../src/engine/chooseEngine.js');
  const { engine, remark } = await chooseEngine(choice);
  if (remark !== undefined) printRemark(remark, output);
  return engine;
}

/** Compiles a model for prediction. Throws MODEL_INVALID or MODEL_UNSUPPORTED. */
export async function compileModel(
  engine: Engine,
  { config, weights }: ModelFile,
  { batchSize, threads }: Pick<OpenModelOptions, 'batchSize' | 'threads'>,
): Promise<CompiledModel> {
  const options = { batchSize, seed: 0, inferenceOnly: true, wide: true, ...(threads > 0 && { threads }) };
  return engine.compile(config, weights, options);
}

/**
 * Reads and compiles a model, and prints a warning of what it had to assume. Throws MODEL_NOT_FOUND, MODEL_INVALID, MODEL_UNSUPPORTED,
 * ENGINE_UNAVAILABLE or, for assumptions that do not fit the file, CONFIG_INVALID.
 */
export async function openModel(options: OpenModelOptions, output: OutputOptions): Promise<OpenModel> {
  const { model, assumed, path } = await readNamedModel(options, output);
  const engine = await openEngine(options.engine, output);
  const compiled = await compileModel(engine, model, options);
  return { compiled, card: model.card, assumed, path, folder: statSync(path).isDirectory() ? path : dirname(path) };
}
