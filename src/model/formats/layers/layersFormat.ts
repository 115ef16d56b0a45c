/** The layers format of TensorFlow.js as this toolkit writes it: model.json beside its weights, replaced as one. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../../files.js';
import { version } from '../../../version.js';
import { parseModelCard } from '../../card.js';
import { checkCard, checkModel } from '../../checkModel.js';
import { findModelJson, modelJson, parseJsonObject, readText } from '../modelFolder.js';
import { kerasVersion, type ModelFile, type NamedWeights } from '../../modelFile.js';
import { weightSpecs } from '../../weightSpecs.js';
import type { Precision } from './precision.js';
import { readStoredLayers } from './readLayers.js';
import { encodeWeights, parseWeightsManifest, type WeightsGroup } from './weightsManifest.js';

/**
 * Writes `model.json` and its weights into `folder` (made when missing), and removes the weights that they replace. Gives the path of
 * the weights.
 *
 * Two files cannot be replaced in one step, so model.json alone decides: new weights are first written under a name that the present
 * model.json does not use (`weights.bin` in a fresh folder, `weights.<first 8 digits of their SHA-256>.bin` in a used one), then
 * model.json is replaced by one that names them, then the old weights go. A kill at any instant leaves the old model or the new one.
 * One writer at a time. Throws MODEL_INVALID before writing anything when config, weights and card disagree or a weight is not
 * finite, WRITE_FAILED when the folder cannot be written.
 */
export async function writeLayersModel(
  folder: string,
  model: ModelFile,
  { precision = 'float32' }: { readonly precision?: Precision } = {},
): Promise<string> {
  checkModel(model, folder);
  const { group, bytes } = encodeWeights(inConfigOrder(model), precision);
  const weightsFile = chooseName(await presentGroups(folder), group);
  await replaceFile(join(folder, weightsFile), bytes);
  await replaceFile(join(folder, modelJson), JSON.stringify(document(model, { ...group, paths: [weightsFile] })));
  await removeOldWeights(folder, weightsFile);
  return join(folder, weightsFile);
}

/**
 * The model at `path`, a folder of this toolkit or its model.json. Throws as `readStoredLayers`, and MODEL_INVALID when the card is missing
 * or does not fit the network.
 */
export async function readLayersModel(path: string): Promise<ModelFile> {
  const { config, weights, card } = await readStoredLayers(path);
  const file = await findModelJson(path);
  const model = { config, weights, card: parseModelCard(card, file) };
  checkCard(model, file);
  return model;
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
