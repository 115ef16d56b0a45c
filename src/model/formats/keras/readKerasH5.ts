/** Reads full models that Keras 1.2, 2 and 3 saved as HDF5. */
import type { StoredModel } from '../storedModel.js';
import { decodeInThread } from './decodeInThread.js';

/** The first bytes of every HDF5 file. */
export const hdf5Signature = {
  bytes: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a],
  name: 'an HDF5 file (.h5, .hdf5)',
} as const;

/**
 * The model at `path`. It is decoded in a thread with bounded time and memory, because damaged files can make the HDF5 library loop.
 * Throws MODEL_NOT_FOUND when there is no file; MODEL_INVALID when it is no HDF5 file, is damaged, holds weights without a network,
 * or weights that do not fit the network or are not finite; MODEL_UNSUPPORTED, naming the layer, when the network cannot be run.
 */
export function readKerasH5(path: string): Promise<StoredModel> {
  return decodeInThread(path, 'keras-h5', hdf5Signature);
}
