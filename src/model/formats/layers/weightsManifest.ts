/** The weights part of model.json: which file holds which tensor, in what order. */
import { createHash } from 'node:crypto';
import { FerError } from '../../../errors.js';
import { isWholeNumber, showJson } from '../../json.js';
import type { NamedWeights } from '../../modelFile.js';
import { elementCount } from '../../weightSpecs.js';
import { bytesPerValue, decodeNumbers, parseQuantization, type StoredNumbers } from './dequantise.js';
import { storeTensor, type Precision } from './precision.js';

/** One tensor in a group: of float32 values, which may be stored in fewer bits. */
interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32';
  /** Absent: the values themselves. */
  readonly quantization?: StoredNumbers;
}

/** Files whose concatenated bytes are the tensors, one after the other. */
export interface WeightsGroup {
  /** Relative to model.json's folder. */
  readonly paths: readonly string[];
  readonly weights: readonly ManifestWeight[];
  /** SHA-256 of those bytes, in hex: an addition of this toolkit, which other readers ignore. */
  readonly sha256?: string;
}

/** Group and bytes (little-endian) of `weights` in the map's order; the group names no file yet. */
export function encodeWeights(
  weights: NamedWeights,
  precision: Precision = 'float32',
): { group: WeightsGroup; bytes: Uint8Array } {
  const stored = [...weights].map(([name, weight]) => ({ name, weight, ...storeTensor(weight, precision) }));
  const bytes = Buffer.concat(stored.map((tensor) => tensor.bytes));
  const entries = stored.map(({ name, weight: { shape }, quantization }) => ({
    name,
    shape,
    dtype: 'float32' as const,
    ...(quantization && { quantization }),
  }));
  return { group: { paths: [], weights: entries, sha256: sha256(bytes) }, bytes };
}

/** The tensors of a group, copied out of its files' bytes. Throws MODEL_INVALID, naming `source`, when the bytes are not the group's. */
export function decodeWeights(group: WeightsGroup, bytes: Uint8Array, source: string): NamedWeights {
  requireSize(group, bytes.byteLength, source);
  if (group.sha256 !== undefined && group.sha256 !== sha256(bytes)) {
    throw invalid(source, `${group.paths.join(', ')} is not the file that was written with it: its SHA-256 differs`);
  }
  const weights: NamedWeights = new Map();
  let offset = 0;
  for (const weight of group.weights) {
    const { name, shape, quantization = wholeFloats } = weight;
    const end = offset + storedBytes(weight);
    weights.set(name, { shape, data: decodeNumbers(bytes.subarray(offset, end), quantization) });
    offset = end;
  }
  return weights;
}

/** Throws MODEL_INVALID, naming `source`, unless the group's files together have the `size` in bytes of its tensors. */
export function requireSize(group: WeightsGroup, size: number, source: string): void {
  const expected = group.weights.reduce((total, weight) => total + storedBytes(weight), 0);
  if (size === expected) return;
  const came = `${size} in ${group.paths.join(', ')}`;
  throw invalid(source, `expected ${expected} bytes for ${group.weights.length} weights, got ${came}`);
}

/** Of files and of the values read from them, together: VGG-16 with its dense layers has 1.11 GB, the VGG-13 for 224x224 0.43 GB. */
const largestBytes = 1.2e9;

/** Throws MODEL_INVALID, naming `source`, when reading these groups would take more memory than any model that is read here. */
export function requireRoom(groups: readonly WeightsGroup[], source: string): void {
  const weights = groups.flatMap((group) => group.weights);
  const bytes = weights.reduce((total, weight) => total + storedBytes(weight) + 4 * elementCount(weight.shape), 0);
  if (bytes <= largestBytes) return;
  const limit = `${largestBytes / 1e6} MB`;
  throw invalid(source, `expected weights that take ${limit} at most, read and in their files, got ${bytes} bytes`);
}

const wholeFloats: StoredNumbers = { dtype: 'float32' };

function storedBytes({ shape, quantization = wholeFloats }: ManifestWeight): number {
  return elementCount(shape) * bytesPerValue(quantization);
}

/** The `weightsManifest` of a model.json. Throws MODEL_INVALID that names `source` and what is wrong with it. */
export function parseWeightsManifest(value: unknown, source: string): WeightsGroup[] {
  if (!Array.isArray(value)) throw invalid(source, 'expected a weightsManifest, got none');
  const groups = value.map((entry: unknown) => {
    const { paths, weights, sha256: digest } = (entry ?? {}) as Record<string, unknown>;
    if (!Array.isArray(paths) || !Array.isArray(weights)) {
      throw invalid(source, 'expected paths and weights in every group of weightsManifest');
    }
    const group = {
      paths: paths.map((path) => checkPath(path, source)),
      weights: weights.map((w) => checkEntry(w, source)),
    };
    return typeof digest === 'string' ? { ...group, sha256: digest } : group;
  });
  requireOnce(
    groups.flatMap(({ paths }) => paths),
    'weight file',
    source,
  );
  requireOnce(
    groups.flatMap(({ weights }) => weights.map(({ name }) => name)),
    'weight',
    source,
  );
  return groups;
}

function requireOnce(names: readonly string[], what: string, source: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw invalid(source, `expected each ${what} once, got ${name} twice`);
    seen.add(name);
  }
}

/** A model must not make its reader open files elsewhere: no absolute path, no drive or URL, no way up. */
function checkPath(path: unknown, source: string): string {
  const isInside =
    typeof path === 'string' &&
    !/^$|[:\\\0]/.test(path) &&
    path.split('/').every((part) => !['', '.', '..'].includes(part));
  if (isInside) return path;
  throw invalid(source, `expected weight files inside its own folder, got ${showJson(path)}`);
}

function checkEntry(value: unknown, source: string): ManifestWeight {
  const { name, shape, dtype, quantization } = (value ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !Array.isArray(shape) || !shape.every((size) => isWholeNumber(size, 0))) {
    throw invalid(source, `expected a name and a shape for every weight, got ${showJson(value)}`);
  }
  if (dtype !== 'float32') throw invalid(source, `expected float32 values in weight ${name}, got ${showJson(dtype)}`);
  if (quantization === undefined) return { name, shape, dtype };
  const stored = parseQuantization(quantization);
  if (stored !== undefined) return { name, shape, dtype, quantization: stored };
  const expected = 'float16, or uint8 or uint16 with a finite scale and min';
  throw invalid(source, `expected weight ${name} to be quantised as ${expected}, got ${showJson(quantization)}`);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function invalid(source: string, problem: string): FerError {
  return new FerError(
    'MODEL_INVALID',
    `${source}: ${problem}. Copy the model again, or export it in float32 once more.`,
  );
}
