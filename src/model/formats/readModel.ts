/** Opens a model whatever its format: what the file does not say is assumed, and said. */
import type { ModelFile } from '../modelFile.js';
import { completeCard, type AssumedField, type CardAssumptions } from './completeCard.js';
import { detectFormat } from './detectFormat.js';
import { describeAssumed, describeColour } from './remarks.js';
import type { StoredFormat, StoredModel } from './storedModel.js';

export interface OpenedModel {
  readonly model: ModelFile;
  readonly format: StoredFormat;
  /** Fields of the card that the file does not say. */
  readonly assumed: readonly AssumedField[];
  /** Sentences that a user should read before trusting an answer. */
  readonly remarks: readonly string[];
  /** Sentences for who trains it further: what the file says of training and the network here does not keep. */
  readonly trainingRemarks: readonly string[];
}

type Reader = (path: string) => Promise<StoredModel>;

/** Each loads its libraries when it is used. */
const readers: Readonly<Record<StoredFormat, Reader>> = {
  'keras-h5': async (path) => (await import('./keras/readKerasH5.js')).readKerasH5(path),
  keras: async (path) => (await import('./keras/readKerasArchive.js')).readKerasArchive(path),
  layers: async (path) => (await import('./layers/readLayers.js')).readStoredLayers(path),
};

/**
 * The model at `path`: a run folder, a model.json, an HDF5 file or a Keras archive, told apart by content. Throws MODEL_NOT_FOUND,
 * MODEL_INVALID or MODEL_UNSUPPORTED for what is wrong with the file, CONFIG_INVALID for assumptions that contradict it or are missing.
 */
export async function readModel(path: string, assumptions: CardAssumptions = {}): Promise<OpenedModel> {
  const found = await detectFormat(path);
  const stored = await readers[found.format](found.path);
  const { config, card, assumed } = completeCard(stored, assumptions, found.path);
  const remarks = [...describeAssumed(assumed, { writer: stored.writer, source: path }), ...describeColour(card)];
  const trainingRemarks = stored.remarks.map((remark) => `${path}: ${remark}.`);
  return { model: { config, weights: stored.weights, card }, format: found.format, assumed, remarks, trainingRemarks };
}
