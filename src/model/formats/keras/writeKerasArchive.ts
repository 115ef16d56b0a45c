/** Writes a model as a `.keras` archive, which `keras.models.load_model` of Keras 3 opens. */
import type { File } from 'h5wasm';
import { replaceFile } from '../../../files.js';
import { checkModel } from '../../checkModel.js';
import type { LayersConfig, ModelFile } from '../../modelFile.js';
import { specsByLayer } from '../../weightSpecs.js';
import { archiveMembers, groupNames } from './archiveLayout.js';
import { encodeHdf5, writeText } from './encodeHdf5.js';
import { withKerasNames } from './kerasNames.js';
import { kerasLayerOrder } from './kerasLayerOrder.js';

/** The first version of Keras that reads what is written here. */
const keras3 = '3.0.0';

/**
 * Writes `given` to `path`, which should end in `.keras`, in one replacement: metadata.json, config.json, model.weights.h5 and the
 * card as fer_model_card.json. There is no training configuration: compile the model in Keras to train it further. Equal models give
 * equal archives but for the times inside model.weights.h5. Throws MODEL_INVALID when config, weights and card disagree, WRITE_FAILED
 * when the file cannot be written.
 */
export async function writeKerasArchive(path: string, given: ModelFile): Promise<void> {
  checkModel(given, path);
  const model = withKerasNames(given);
  const weights = await encodeHdf5((file) => writeWeights(file, model));
  const members: [string, Uint8Array | object][] = [
    [archiveMembers.metadata, { keras_version: keras3 }],
    [archiveMembers.config, archiveConfig(model.config)],
    [archiveMembers.weights, weights],
    [archiveMembers.card, model.card],
  ];
  await replaceFile(path, await encodeZip(members));
}

/**
 * Keras finds the class of the model by its module. The layers below need none: those without are read as Keras 2 wrote them, which
 * is the form that the config has.
 */
function archiveConfig({ config }: LayersConfig): object {
  return { module: 'keras', class_name: 'Model', config, registered_name: null };
}

/** `layers/<class>_<number>/vars/<index>` for every weight; `name` tells a reader whose weights they are. */
function writeWeights(file: File, { config, weights }: ModelFile): void {
  const layers = new Map(config.config.layers.map((layer) => [layer.name, layer]));
  const specs = specsByLayer(config);
  const ordered = kerasLayerOrder(config).map((name) => layers.get(name)!);
  const groups = groupNames(ordered);
  const root = file.create_group('layers');
  ordered.forEach(({ name }, position) => {
    const variables = root.create_group(groups[position]!).create_group('vars');
    writeText(variables, 'name', name);
    specs.get(name)!.forEach((spec, index) => {
      const { data, shape } = weights.get(spec.name)!;
      variables.create_dataset({ name: `${index}`, data, shape: [...shape], dtype: '<f' });
    });
  });
}

/** A zip archive of bytes as they are and objects as JSON; weights do not shrink, and Keras does not compress either. */
async function encodeZip(members: readonly [string, Uint8Array | object][]): Promise<Uint8Array> {
  const { ZipFile } = await import('yazl');
  const archive = new ZipFile();
  // The earliest time that zip knows, on the clock of wherever this runs: the same bytes in every zone.
  const options = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, compress: false };
  for (const [name, content] of members) {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
    archive.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), name, options);
  }
  archive.end();
  const parts: Buffer[] = [];
  for await (const part of archive.outputStream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
