/** The full-model HDF5 layout of Keras 1.2, 2 and 3: a network in an attribute, its weights in named groups. */
import { FerError } from '../../../errors.js';
import type { StoredModel } from '../storedModel.js';
import { cardAttribute } from './kerasH5.js';
import { withHdf5, type Hdf5Reader, type StoredArray } from './hdf5Reader.js';
import { readKerasConfig } from './normaliseConfig.js';
import { assembleModel, parseJson } from './storedLayers.js';

/**
 * The model in `bytes`, an HDF5 file, which are taken over. To be run where a file that makes the HDF5 library loop does no harm:
 * `readKerasH5` does. Throws MODEL_INVALID, naming `source`, for files that are damaged or hold no full model, MODEL_UNSUPPORTED for
 * networks that cannot be run.
 */
export function decodeKerasH5(bytes: Uint8Array, source: string): Promise<StoredModel> {
  return withHdf5(bytes, source, (file) => {
    const text = file.text('/', 'model_config');
    if (text === undefined) throw withoutNetwork(file, source);
    const network = readKerasConfig(parseJson(text, { source, part: 'model_config' }), source);
    const kerasVersion = attributeOf(file, 'keras_version');
    const backend = attributeOf(file, 'backend');
    const card = file.text('/', cardAttribute);
    const layers = storedLayers(file, source);
    return assembleModel(
      { network, layers, format: 'keras-h5', kerasVersion, backend, card, fileBytes: bytes.length },
      source,
    );
  });
}

/** Keras 1.2 writes its backend beside the weights only. */
function attributeOf(file: Hdf5Reader, name: string): string | undefined {
  return file.text('/', name) ?? (file.hasGroup(weightsGroup) ? file.text(weightsGroup, name) : undefined);
}

const weightsGroup = '/model_weights';

/**
 * The datasets of every layer. The names of weights are paths below their layer, with a prefix of Keras' choice: `conv2d_1/kernel:0`,
 * `conv2d_1_2/kernel:0`, `convolution2d_1_W:0`.
 */
function storedLayers(file: Hdf5Reader, source: string): Map<string, StoredArray[]> {
  const names = file.hasGroup(weightsGroup) ? file.texts(weightsGroup, 'layer_names') : undefined;
  if (names === undefined) throw invalid(source, 'expected weights with layer_names in model_weights, got none');
  const layers = new Map<string, StoredArray[]>();
  for (const layer of names) {
    const group = `${weightsGroup}/${layer}`;
    if (layers.has(layer)) throw invalid(source, `expected each layer once in layer_names, got ${layer} twice`);
    if (!file.hasGroup(group)) throw invalid(source, `expected a group ${group}, as layer_names says, got none`);
    const weights = file.texts(group, 'weight_names');
    if (weights === undefined) throw invalid(source, `expected weight_names in ${group}, got none`);
    const paths = weights.map((weight) => `${group}/${weight}`);
    layers.set(
      layer,
      paths.map((path) => file.array(path)),
    );
  }
  return layers;
}

function withoutNetwork(file: Hdf5Reader, source: string): FerError {
  const holdsWeights =
    file.texts('/', 'layer_names') !== undefined || // save_weights of Keras 1 and 2
    file.names('/').some((name) => /^(layers|_layer_checkpoint_dependencies|vars)\b/.test(name)); // and of Keras 3
  if (!holdsWeights) return invalid(source, 'expected a Keras model, got an HDF5 file of another kind');
  return new FerError(
    'MODEL_INVALID',
    `${source}: expected a full model, got weights without their network, as save_weights writes them. ` +
      'Load them in Keras and save with model.save("model.h5") or model.save("model.keras").',
  );
}

function invalid(source: string, problem: string): FerError {
  return new FerError('MODEL_INVALID', `${source}: ${problem}. Save the model once more from Keras.`);
}
