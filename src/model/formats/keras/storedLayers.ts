/** From the arrays of a Keras file to the weights of its network: sizes are settled before a value is read. */
import { FerError } from '../../../errors.js';
import { checkWeights } from '../../checkModel.js';
import { isRecord } from '../../json.js';
import type { NamedWeights } from '../../modelFile.js';
import { elementCount, specsByLayer } from '../../weightSpecs.js';
import type { StoredFormat, StoredModel } from '../storedModel.js';
import type { StoredArray } from './hdf5Reader.js';
import type { ReadNetwork } from './normaliseConfig.js';
import { pairWeights } from './pairWeights.js';
import { flipTheanoKernels } from './theanoKernels.js';

/** Several times the config of a ResNet-152; JSON takes many times its length in memory. */
export const longestText = 2e6;

/** Arrays by layer, in Keras' order within each layer. */
export type StoredLayers = ReadonlyMap<string, readonly StoredArray[]>;

/** What a Keras file holds besides its arrays; texts as they are in the file. */
export interface KerasContent {
  readonly network: ReadNetwork;
  readonly layers: StoredLayers;
  readonly format: StoredFormat;
  readonly kerasVersion: string | undefined;
  /** Whose convolutions the weights were trained with: `tensorflow`, `theano`, ...; undefined when the file does not say. */
  readonly backend: string | undefined;
  /** JSON of the model card. */
  readonly card: string | undefined;
  /** Bytes of the file, which lie in memory together with the weights. */
  readonly fileBytes: number;
}

/** The bytes of a file and of the weights read from it, together: ResNet-18 with the state of Adam has 179 MB. */
const largestBytes = 180e6;

/**
 * The model that `content` describes. Throws MODEL_INVALID, naming `source`, before any value is read when arrays are missing, too
 * many or too large; afterwards when a value is not finite.
 */
export function assembleModel(content: KerasContent, source: string): StoredModel {
  const { network, format } = content;
  const { config, remarks } = network;
  const card = content.card === undefined ? undefined : parseJson(content.card, { source, part: 'model card' });
  checkSizes(content, source);
  const arrays = [...content.layers].map(
    ([layer, stored]) => [layer, stored.map((array) => ({ shape: array.shape, data: array.read() }))] as const,
  );
  const weights = pairWeights(config, new Map(arrays), source);
  checkWeights(config, weights, source);
  const oriented: NamedWeights = content.backend === 'theano' ? flipTheanoKernels(config, weights, source) : weights;
  return { config, weights: oriented, card, format, writer: writerOf(card, content.kerasVersion), remarks };
}

/** `text` as JSON. Throws MODEL_INVALID that names the file and the part of it that `text` is, also when it is too long. */
export function parseJson(text: string, { source, part }: { source: string; part: string }): unknown {
  if (text.length > longestText) {
    const problem = `expected a ${part} of ${longestText} characters at most, got ${text.length}`;
    throw new FerError('MODEL_INVALID', `${source}: ${problem}. Save the model once more.`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FerError('MODEL_INVALID', `${source}: its ${part} is not JSON (${reason}). Save the model once more.`, {
      cause,
    });
  }
}

/** Holds what the datasets declare against what the config asks for. */
function checkSizes({ network, layers, fileBytes }: KerasContent, source: string): void {
  const specs = specsByLayer(network.config);
  let total = 0;
  for (const [layer, arrays] of layers) {
    if (arrays.length === 0) continue;
    const expected = specs.get(layer);
    if (expected === undefined) {
      throw invalid(source, `it has weights for ${layer}, which is not a layer of its network`);
    }
    const wanted = sum(expected.map(({ shape }) => elementCount(shape)));
    const stored = sum(arrays.map(({ shape }) => elementCount(shape)));
    if (stored > wanted) throw invalid(source, `layer ${layer}: expected ${wanted} values, its weights have ${stored}`);
    total += stored;
  }
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  if (4 * total + fileBytes > largestBytes) {
    const came = `${megabytes(4 * total)} and ${megabytes(fileBytes)}`;
    throw invalid(source, `expected weights and file of ${megabytes(largestBytes)} together at most, got ${came}`);
  }
}

/** The toolkit where the card is its own, Keras otherwise. Until 1.2 Keras did not write its version. */
function writerOf(card: unknown, kerasVersion = '1'): string {
  if (isRecord(card) && isVersion(card['version'])) return `fer ${card['version']}`;
  return isVersion(kerasVersion) ? `Keras ${kerasVersion}` : 'an unknown version of Keras';
}

function isVersion(value: unknown): value is string {
  return typeof value === 'string' && /^\d[\w.+-]{0,30}$/.test(value); // it is printed: nothing else may be in it
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function invalid(source: string, problem: string): FerError {
  return new FerError('MODEL_INVALID', `${source}: ${problem}. Save the model once more from Keras.`);
}
