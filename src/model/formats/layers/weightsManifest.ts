/** The weights part of model.json: which file holds which tensor, in what order. */
import { createHash } from 'node:crypto';
import { FerError } from '../../../errors.js';
import { isWholeNumber, showJson } from '../../json.js';
import type { NamedWeights } from '../../modelFile.js';
import { elementCount } from '../../weightSpecs.js';

/** One tensor in a group: all are float32 here. */
interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32';
}

/** Files whose concatenated bytes are the tensors, one after the other. */
export interface WeightsGroup {
  /** Relative to model.json's folder. */
  readonly paths: readonly string[];
  readonly weights: readonly ManifestWeight[];
  /** SHA-256 of those bytes, in hex: an addition of this toolkit, which other readers ignore. */
  readonly sha256?: string;
}

/** Group and bytes (little-endian float32) of `weights` in the map's order; the group names no file yet. */
export function encodeWeights(weights: NamedWeights): { group: WeightsGroup; bytes: Uint8Array } {
  const parts = [...weights.values()].map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const bytes = Buffer.concat(parts);
  const entries = [...weights].map(([name, { shape }]) => ({ name, shape, dtype: 'float32' as const }));
  return { group: { paths: [], weights: entries, sha256: sha256(bytes) }, bytes };
}

/** The tensors of a group, copied out of its files' bytes. Throws MODEL_INVALID, naming `source`, when the bytes are not the group's. */
export function decodeWeights(group: WeightsGroup, bytes: Uint8Array, source: string): NamedWeights {
  const expectedBytes = 4 * group.weights.reduce((total, { shape }) => total + elementCount(shape), 0);
  const files = group.paths.join(', ');
  if (bytes.byteLength !== expectedBytes) {
    const came = `${bytes.byteLength} in ${files}`;
    throw invalid(source, `expected ${expectedBytes} bytes for ${group.weights.length} weights, got ${came}`);
  }
  if (group.sha256 !== undefined && group.sha256 !== sha256(bytes)) {
    throw invalid(source, `${files} is not the file that was written with it: its SHA-256 differs`);
  }
  const weights: NamedWeights = new Map();
  let offset = 0;
  for (const { name, shape } of group.weights) {
    if (weights.has(name)) throw invalid(source, `expected each weight once, got ${name} twice`);
    const end = offset + 4 * elementCount(shape);
    weights.set(name, { shape, data: new Float32Array(new Uint8Array(bytes.subarray(offset, end)).buffer) });
    offset = end;
  }
  return weights;
}

/** The `weightsManifest` of a model.json. Throws MODEL_INVALID that names `source` and what is wrong with it. */
export function parseWeightsManifest(value: unknown, source: string): WeightsGroup[] {
  if (!Array.isArray(value)) throw invalid(source, 'expected a weightsManifest, got none');
  return value.map((entry: unknown) => {
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
  if (dtype !== 'float32' || quantization !== undefined) {
    const came = quantization === undefined ? showJson(dtype) : 'quantised values';
    throw invalid(source, `expected float32 values in weight ${name}, got ${came}`);
  }
  return { name, shape: shape, dtype };
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
