/** The thread in which many cases are read one after the other: the decoders of Keras files without the thread that `readModel` gives each. */
import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { completeCard } from '../../src/model/formats/completeCard.js';
import { detectFormat } from '../../src/model/formats/detectFormat.js';
import { decodeKerasArchive } from '../../src/model/formats/keras/decodeKerasArchive.js';
import { decodeKerasH5 } from '../../src/model/formats/keras/decodeKerasH5.js';
import { limitWebAssemblyMemory } from '../../src/model/formats/keras/memoryLimit.js';
import { readModel } from '../../src/model/formats/readModel.js';
import { outcomeOf, type Opener, type Opening, type Outcome } from './outcome.js';

/** What the thread says of a case. */
export interface ThreadMessage {
  readonly outcome: Outcome;
  /** The HDF5 library trapped: its memory can no longer be relied on. */
  readonly isSpent: boolean;
}

limitWebAssemblyMemory(128e6); // as in the thread of `readModel`
await (
  await import('h5wasm')
).ready; // a quarter of a second that no case should be charged with
let isSpent = false;

/** As `readModel`, but here. */
const readHere: Opener = async (path, assumptions) => {
  const found = await detectFormat(path);
  if (found.format === 'layers') return readModel(path, assumptions);
  const bytes = Uint8Array.from(await readFile(found.path));
  const decode = found.format === 'keras' ? decodeKerasArchive : decodeKerasH5;
  const stored = await decode(bytes, found.path).catch((error: unknown) => {
    isSpent = isTrap(error);
    throw error;
  });
  return { model: { weights: stored.weights, ...completeCard(stored, assumptions, found.path) } };
};

/** Whether the HDF5 library stopped in the middle of something. */
const isTrap = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof Error && error.cause.name === 'RuntimeError';

parentPort!.on('message', (opening: Opening) => {
  isSpent = false;
  void outcomeOf(opening, readHere).then((outcome) => {
    parentPort!.postMessage({ outcome, isSpent } satisfies ThreadMessage);
  });
});
parentPort!.postMessage('ready');
