/** Reads the layers format of TensorFlow.js, by whoever wrote it: model.json with the weights beside it, all of it untrusted. */
import { dirname, join } from 'node:path';
import { FerError } from '../../../errors.js';
import { looksLikeModelCard } from '../../card.js';
import { checkWeights } from '../../checkModel.js';
import { isRecord, showJson } from '../../json.js';
import type { LayersConfig, NamedWeights } from '../../modelFile.js';
import { elementCount, weightSpecs } from '../../weightSpecs.js';
import { readKerasConfig, type ReadNetwork } from '../keras/normaliseConfig.js';
import { fileSize, findModelJson, parseJsonObject, readBytes, readText } from '../modelFolder.js';
import type { StoredModel } from '../storedModel.js';
import { decodeWeights, parseWeightsManifest, requireRoom, requireSize, type WeightsGroup } from './weightsManifest.js';

/**
 * The model at `path`, a folder with a model.json or the model.json itself, with or without a card. While another process replaces the
 * model, the old one or the new one is read, never a mixture. Throws MODEL_NOT_FOUND when a file is missing; MODEL_INVALID when the JSON
 * or the weights (size, SHA-256, names, shapes, finite) are not as expected; MODEL_UNSUPPORTED for an unknown layer class or a graph model.
 */
export async function readStoredLayers(path: string): Promise<StoredModel> {
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

async function decodeModel(file: string, text: string): Promise<StoredModel> {
  const json = parseJsonObject(file, text);
  requireLayers(json['format'], file);
  const { config, remarks } = parseTopology(json, file);
  const groups = parseWeightsManifest(json['weightsManifest'], file);
  requireRoom(groups, file);
  requireFittingSize(config, groups, file);
  const weights = nameAsSpecified(config, await readGroups(groups, file));
  checkWeights(config, weights, file);
  const metadata = json['userDefinedMetadata'];
  const card = looksLikeModelCard(metadata) ? metadata : undefined;
  return { config, weights, card, format: 'layers', writer: writerOf(json['generatedBy']), remarks };
}

function requireLayers(format: unknown, file: string): void {
  if (format === undefined || format === null || format === 'layers-model') return;
  throw new FerError(
    'MODEL_UNSUPPORTED',
    `${file}: expected a layers model, got format ${showJson(format)}. Convert the Keras model with --output_format tfjs_layers_model.`,
  );
}

/** TensorFlow.js' own `save` leaves `model_config` out and puts its parts straight into the topology. */
function parseTopology(json: Record<string, unknown>, file: string): ReadNetwork {
  const topology = json['modelTopology'];
  if (!isRecord(topology)) {
    const keys = showJson(Object.keys(json).join(', '));
    throw new FerError(
      'MODEL_INVALID',
      `${file}: expected a model.json with a modelTopology, got JSON with ${keys}. Name the model.json itself or its folder.`,
    );
  }
  const config = Object.hasOwn(topology, 'model_config') ? topology['model_config'] : topology;
  return readKerasConfig(config, file);
}

/** Before anything is read: a manifest may name files of any size. */
function requireFittingSize(config: LayersConfig, groups: readonly WeightsGroup[], file: string): void {
  const count = (shapes: readonly (readonly number[])[]): number =>
    shapes.reduce((total, shape) => total + elementCount(shape), 0);
  const wanted = count(weightSpecs(config).map(({ shape }) => shape));
  const listed = count(groups.flatMap(({ weights }) => weights.map(({ shape }) => shape)));
  if (listed <= wanted) return;
  throw new FerError(
    'MODEL_INVALID',
    `${file}: expected ${wanted} values, as its layers have, got ${listed} in its weightsManifest. Export the model again.`,
  );
}

/** The tensors of all groups. No file is read before the sizes of all files of its group were found to be right. */
async function readGroups(groups: readonly WeightsGroup[], file: string): Promise<NamedWeights> {
  const weights: NamedWeights = new Map();
  for (const group of groups) {
    const paths = group.paths.map((path) => join(dirname(file), path));
    let size = 0;
    for (const path of paths) size += await fileSize(path);
    requireSize(group, size, file);
    const shards: Uint8Array[] = [];
    for (const path of paths) shards.push(await readBytes(path));
    const bytes = shards.length === 1 ? shards[0]! : Buffer.concat(shards); // weights are large: not once more in memory
    for (const [name, weight] of decodeWeights(group, bytes, file)) weights.set(name, weight);
  }
  return weights;
}

/**
 * The weights under the names of `weightSpecs`, in its order. The converter numbers those of Keras 3 (`dense/0`, `dense/1`), and
 * TensorFlow 2.2 put a folder between (`dense/cell/kernel`), as TensorFlow.js knows too. Names that belong to no layer stay, at the end.
 *
 * Reference: `Container.loadWeights`, tfjs-layers/src/engine/container.ts.
 */
function nameAsSpecified(config: LayersConfig, stored: NamedWeights): NamedWeights {
  const specs = weightSpecs(config);
  const numbered = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { name, layer } of specs) {
    const index = counts.get(layer) ?? 0;
    counts.set(layer, index + 1);
    numbered.set(`${layer}/${index}`, name);
  }
  const known = new Set(specs.map(({ name }) => name));
  const rest = new Map(stored);
  const found: NamedWeights = new Map();
  for (const [name, weight] of stored) {
    const outer = name.split('/').toSpliced(-2, 1).join('/');
    const target = [name, numbered.get(name), outer].find((candidate) => known.has(candidate ?? ''));
    if (target === undefined || found.has(target)) continue;
    found.set(target, weight);
    rest.delete(name);
  }
  const inOrder = specs.flatMap(({ name }) => (found.has(name) ? [[name, found.get(name)!] as const] : []));
  return new Map([...inOrder, ...rest]);
}

/** What the file says of itself, when that is a line fit to print. */
function writerOf(generatedBy: unknown): string {
  return typeof generatedBy === 'string' && /^[\x20-\x7e]{1,60}$/.test(generatedBy) ? generatedBy : 'TensorFlow.js';
}
