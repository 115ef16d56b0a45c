/** The thread that decodes one Keras file: whatever a hostile file does to the HDF5 library ends with it. */
import { parentPort, workerData } from 'node:worker_threads';
import { FerError, type FerErrorCode } from '../../../errors.js';
import type { StoredModel } from '../storedModel.js';
import { limitWebAssemblyMemory } from './memoryLimit.js';

/** What the thread is given. */
export interface DecodingTask {
  /** The file, owned by the thread. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: 'keras-h5' | 'keras';
  /** Its path, for messages. */
  readonly source: string;
}

/** What the thread says: that the library is there and decoding begins, then one of the others. */
export type DecodingMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'decoded'; readonly model: StoredModel }
  | { readonly kind: 'refused'; readonly code: FerErrorCode; readonly message: string };

/** Of the WebAssembly memory, in bytes: the library itself takes 19 MB, the largest layer of VGG-16 67 MB. */
const mostMemory = 128e6;

const { bytes, format, source } = workerData as DecodingTask;

limitWebAssemblyMemory(mostMemory);
const hdf5 = await import('h5wasm'); // not before its memory is bounded
await hdf5.ready;
const decode =
  format === 'keras'
    ? (await import('./decodeKerasArchive.js')).decodeKerasArchive
    : (await import('./decodeKerasH5.js')).decodeKerasH5;
parentPort!.postMessage({ kind: 'ready' } satisfies DecodingMessage);

try {
  const model = await decode(bytes, source);
  parentPort!.postMessage({ kind: 'decoded', model } satisfies DecodingMessage, buffersOf(model));
} catch (error) {
  if (!(error instanceof FerError)) throw error;
  parentPort!.postMessage({ kind: 'refused', code: error.code, message: error.message } satisfies DecodingMessage);
}

/** What is handed over instead of copied: ten thousand weights or ten million. */
function buffersOf({ weights }: StoredModel): ArrayBuffer[] {
  return Array.from(weights.values(), ({ data }) => data.buffer as ArrayBuffer);
}
