/** The `.keras` archive of Keras 3 (and of Keras 2.12 to 2.15): config.json and an HDF5 file of numbered weights. */
import { FerError } from '../../../errors.js';
import { isRecord } from '../../json.js';
import type { LayerConfig, LayersConfig } from '../../modelFile.js';
import { specsByLayer } from '../../weightSpecs.js';
import type { StoredModel } from '../storedModel.js';
import { archiveMembers, snakeCase } from './archiveLayout.js';
import { withHdf5, type Hdf5Reader, type StoredArray } from './hdf5Reader.js';
import { kerasLayerOrder } from './kerasLayerOrder.js';
import { readKerasConfig } from './normaliseConfig.js';
import { assembleModel, longestText, parseJson } from './storedLayers.js';
import { readZipMembers } from './zipMembers.js';

/** Bytes. */
const memberLimits = {
  [archiveMembers.metadata]: longestText,
  [archiveMembers.config]: longestText,
  [archiveMembers.weights]: 160e6,
  [archiveMembers.card]: longestText,
};

/**
 * The model in `bytes`, a `.keras` archive. To be run where a file that makes the HDF5 library loop does no harm: `readKerasArchive`
 * does. Throws MODEL_INVALID, naming `source`, for archives that are damaged or hold no model, MODEL_UNSUPPORTED for networks that
 * cannot be run.
 */
export async function decodeKerasArchive(bytes: Uint8Array, source: string): Promise<StoredModel> {
  const members = await readZipMembers(bytes, memberLimits, source);
  const text = (name: string): string | undefined => {
    const member = members.get(name);
    return member && new TextDecoder().decode(member);
  };
  const configText = text(archiveMembers.config);
  const hdf5 = members.get(archiveMembers.weights);
  if (configText === undefined || hdf5 === undefined) {
    const missing = configText === undefined ? archiveMembers.config : archiveMembers.weights;
    throw invalid(source, `expected a member ${missing}, got none`);
  }
  const network = readKerasConfig(parseJson(configText, { source, part: archiveMembers.config }), source);
  const kerasVersion = versionIn(text(archiveMembers.metadata), source);
  const card = text(archiveMembers.card);
  const fileBytes = bytes.length + (hdf5.buffer === bytes.buffer ? 0 : hdf5.length);
  return withHdf5(hdf5, source, (file) => {
    const layers = storedLayers(file, network.config, source);
    return assembleModel(
      { network, layers, format: 'keras', kerasVersion, backend: undefined, card, fileBytes },
      source,
    );
  });
}

function versionIn(metadata: string | undefined, source: string): string {
  const value = metadata === undefined ? {} : parseJson(metadata, { source, part: archiveMembers.metadata });
  const version = isRecord(value) ? value['keras_version'] : undefined;
  return typeof version === 'string' ? version : '';
}

/**
 * The datasets of every layer that has weights. The layers of one class, in Keras' order, have the groups of that class, in the order
 * of their numbers: Keras 2.12 and 2.13 number with gaps, because they walk over layers with weights twice.
 */
function storedLayers(file: Hdf5Reader, config: LayersConfig, source: string): Map<string, StoredArray[]> {
  const groups = layerGroups(file);
  const specs = specsByLayer(config);
  const byName = new Map(config.config.layers.map((layer) => [layer.name, layer]));
  const withWeights = kerasLayerOrder(config).filter((name) => specs.get(name)!.length > 0);
  const stored = new Map<string, StoredArray[]>();
  for (const [className, layers] of byClass(withWeights.map((name) => byName.get(name)!))) {
    const own = numberedGroups(groups, snakeCase(className)).filter((group) => file.names(`${group}/vars`).length > 0);
    if (own.length !== layers.length) {
      const expected = `expected weights of ${layers.length} layers of class ${className}`;
      throw invalid(source, `${expected}, got those of ${own.length}`);
    }
    layers.forEach(({ name }, index) => stored.set(name, variables(file, { group: own[index]!, layer: name, source })));
  }
  return stored;
}

function byClass(layers: readonly LayerConfig[]): Map<string, LayerConfig[]> {
  const classes = new Map<string, LayerConfig[]>();
  for (const layer of layers) {
    const own = classes.get(layer.class_name);
    if (own === undefined) classes.set(layer.class_name, [layer]);
    else own.push(layer);
  }
  return classes;
}

/** Paths of all layers' groups, by their names. Keras 2.13 calls the folder otherwise, and wrote `\` for `/` on Windows. */
function layerGroups(file: Hdf5Reader): Map<string, string> {
  const groups = new Map<string, string>();
  for (const folder of ['layers', '_layer_checkpoint_dependencies']) {
    for (const name of file.names(`/${folder}`)) groups.set(name, `/${folder}/${name}`);
  }
  for (const name of file.names('/')) {
    const own = /^(?:layers|_layer_checkpoint_dependencies)\\(\w+)$/.exec(name)?.[1];
    if (own !== undefined) groups.set(own, `/${name}`);
  }
  return groups;
}

/** Paths of `name`, `name_1`, `name_2`, ... in the order of the numbers. */
function numberedGroups(groups: ReadonlyMap<string, string>, name: string): string[] {
  const numbered: [number, string][] = [];
  for (const [group, path] of groups) {
    const suffix = group === name ? '_0' : group.startsWith(name) ? group.slice(name.length) : '';
    if (/^_\d{1,6}$/.test(suffix)) numbered.push([Number(suffix.slice(1)), path]);
  }
  return numbered.sort(([a], [b]) => a - b).map(([, path]) => path);
}

/** The datasets `0`, `1`, ... of a layer. */
function variables(
  file: Hdf5Reader,
  { group, layer, source }: { group: string; layer: string; source: string },
): StoredArray[] {
  const name = file.text(`${group}/vars`, 'name'); // which early versions do not write
  if (name !== undefined && name !== layer) {
    throw invalid(source, `expected the weights of ${layer} in ${group}, got those of ${name}`);
  }
  return file.names(`${group}/vars`).map((_, index) => file.array(`${group}/vars/${index}`));
}

function invalid(source: string, problem: string): FerError {
  return new FerError('MODEL_INVALID', `${source}: ${problem}. Save the model once more from Keras.`);
}
