/** Writes a model as an HDF5 file that `keras.models.load_model` opens, Keras 2 and 3 alike. */
import type { File, Group } from 'h5wasm';
import { replaceFile } from '../../../files.js';
import { checkModel } from '../../checkModel.js';
import { encodeHdf5, writeText } from './encodeHdf5.js';
import { withKerasNames } from './kerasNames.js';
import { kerasLayerOrder } from './kerasLayerOrder.js';
import { kerasVersion, type ModelFile } from '../../modelFile.js';
import { weightSpecs, type WeightSpec } from '../../weightSpecs.js';

/** Root attribute that carries the model card as JSON. */
export const cardAttribute = 'fer_model_card';

/**
 * Writes `model` to `path` in one replacement. Layout: root attributes `model_config`, `keras_version`, `backend` and the card;
 * `model_weights/<layer>/<layer>/<weight>:0` with `layer_names` and `weight_names` listing them in Keras' order. There is no training
 * configuration: compile the model in Keras to train it further. Throws MODEL_INVALID when config, weights and card disagree,
 * WRITE_FAILED when the file cannot be written.
 */
export async function writeKerasH5(path: string, model: ModelFile): Promise<void> {
  checkModel(model, path);
  await replaceFile(path, await encodeHdf5((file) => writeModel(file, withKerasNames(model))));
}

function writeModel(file: File, model: ModelFile): void {
  writeText(file, 'model_config', JSON.stringify(model.config));
  writeText(file, 'keras_version', kerasVersion);
  writeText(file, 'backend', 'tensorflow');
  writeText(file, cardAttribute, JSON.stringify(model.card));
  writeWeights(file, model);
}

function writeWeights(file: File, { config, weights }: ModelFile): void {
  const specs = weightSpecs(config);
  const root = file.create_group('model_weights');
  const layers = kerasLayerOrder(config);
  writeText(root, 'keras_version', kerasVersion);
  writeText(root, 'backend', 'tensorflow');
  writeNames(root, 'layer_names', layers);
  for (const layer of layers) {
    const own = specs.filter((spec) => spec.layer === layer);
    const group = root.create_group(layer);
    writeNames(group, 'weight_names', own.map(datasetName));
    if (own.length > 0) group.create_group(layer);
    for (const spec of own) {
      const data = weights.get(spec.name)!.data;
      group.create_dataset({ name: datasetName(spec), data, shape: [...spec.shape], dtype: '<f' });
    }
  }
  writeNames(root.create_group('top_level_model_weights'), 'weight_names', []); // Keras 3 looks here
}

/** The name as Keras 2 gives it: `conv2d_1/kernel:0`. */
function datasetName({ name }: WeightSpec): string {
  return `${name}:0`;
}

/** An empty list is what NumPy makes of one: float64 of shape [0]. */
function writeNames(group: Group, attribute: string, names: readonly string[]): void {
  if (names.length === 0) group.create_attribute(attribute, new Float64Array(0), [0], '<d');
  else group.create_attribute(attribute, [...names], [names.length], 'S');
}
