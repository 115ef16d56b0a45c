/** The layers format of TensorFlow.js: model.json beside its weights, replaced as one and read without trust. */
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile } from '../../../files.js';
import { version } from '../../../version.js';
import { parseModelCard } from '../../card.js';
import { checkModel } from '../../checkModel.js';
import { findModelJson, modelJson, parseJsonObject, readBytes, readText } from '../modelFolder.js';
import { kerasVersion, type ModelFile, type NamedWeights } from '../../modelFile.js';
import { parseLayersConfig } from '../../parseLayersConfig.js';
import { weightSpecs } from '../../weightSpecs.js';
import { decodeWeights, encodeWeights, parseWeightsManifest, type WeightsGroup } from './weightsManifest.js';

/**
 * Writes `model.json` and its weights into `folder` (made when missing), and removes the weights that they replace.
 *
 * Two files cannot be replaced in one step, so model.json alone decides: new weights are first written under a name that the present
 * model.json does not use (`weights.bin` in a fresh folder, `weights.<first 8 digits of their SHA-256>.bin` in a used one), then
 * model.json is replaced by one that names them, then the old weights go. A kill at any instant leaves the old model or the new one.
 * One writer at a time. Throws MODEL_INVALID before writing anything when config, weights and card disagree or a weight is not
 * finite, WRITE_FAILED when the folder cannot be written.
 */
export async function writeLayersModel(folder: string, model: ModelFile): Promise<void> {
  checkModel(model, folder);
  const { group, bytes } = encodeWeights(inConfigOrder(model));
  const weightsFile = chooseName(await presentGroups(folder), group);
  await replaceFile(join(folder, weightsFile), bytes);
  await replaceFile(join(folder, modelJson), JSON.stringify(document(model, { ...group, paths: [weightsFile] })));
  await removeOldWeights(folder, weightsFile);
}

/**
 * The model at `path`, a folder with a model.json or the model.json itself. While another process replaces the model, the old one or
 * the new one is read, never a mixture. Throws MODEL_NOT_FOUND when a file is missing; MODEL_INVALID when the JSON, the weights
 * (size, SHA-256, float32, names, shapes, finite) or the card are not as expected; MODEL_UNSUPPORTED for an unknown layer class.
 */
export async function readLayersModel(path: string): Promise<ModelFile> {
  const file = await findModelJson(path);
  let text = await readText(file);
  for (;;) {
    try {
      return await decodeModel(file, text);
    } catch (error) {
      // A writer removes the old weights once its model.json is in place: then the new model is there to be read.
      const latest = await readText(file);
      if (latest === text) throw error;
      text = latest;
    }
  }
}

function inConfigOrder({ config, weights }: ModelFile): NamedWeights {
  return new Map(weightSpecs(config).map(({ name }) => [name, weights.get(name)!]));
}

function document(model: ModelFile, group: WeightsGroup): object {
  return {
    format: 'layers-model',
    generatedBy: `fer ${version}`,
    convertedBy: null,
    modelTopology: { keras_version: kerasVersion, backend: 'tensorflow', model_config: model.config },
    weightsManifest: [group],
    userDefinedMetadata: model.card,
  };
}

/** The weights that the folder's model.json names: none when there is no model.json, undefined when it cannot be understood. */
async function presentGroups(folder: string): Promise<WeightsGroup[] | undefined> {
  const file = join(folder, modelJson);
  try {
    return parseWeightsManifest(parseJsonObject(file, await readText(file))['weightsManifest'], file);
  } catch (error) {
    return (error as { code?: unknown }).code === 'MODEL_NOT_FOUND' ? [] : undefined;
  }
}

/** `weights.bin`, unless the present model.json uses that name for other content. */
function chooseName(present: WeightsGroup[] | undefined, { sha256 = '' }: WeightsGroup): string {
  if (present?.length === 0) return 'weights.bin';
  const isSame = present?.length === 1 && present[0]?.sha256 === sha256 && present[0].paths.join() === 'weights.bin';
  return isSame ? 'weights.bin' : `weights.${sha256.slice(0, 8)}.bin`;
}

async function removeOldWeights(folder: string, kept: string): Promise<void> {
  const old = (await readdir(folder)).filter((file) => /^weights(\.[0-9a-f]{8})?\.bin$/.test(file) && file !== kept);
  await Promise.all(old.map((file) => rm(join(folder, file), { force: true })));
}

async function decodeModel(file: string, text: string): Promise<ModelFile> {
  const { modelTopology, weightsManifest, userDefinedMetadata } = parseJsonObject(file, text);
  const topology = (modelTopology ?? {}) as Record<string, unknown>;
  const config = parseLayersConfig(topology['model_config'] ?? topology, file); // TensorFlow.js leaves model_config out
  const weights: NamedWeights = new Map();
  for (const group of parseWeightsManifest(weightsManifest, file)) {
    const shards = await Promise.all(group.paths.map((path) => readBytes(join(dirname(file), path))));
    for (const [name, weight] of decodeWeights(group, Buffer.concat(shards), file)) weights.set(name, weight);
  }
  const model = { config, weights, card: parseModelCard(userDefinedMetadata, file) };
  checkModel(model, file);
  return model;
}
