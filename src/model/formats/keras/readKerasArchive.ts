/** Reads `.keras` archives, as Keras 3 and Keras 2.12 to 2.15 save them. */
import type { StoredModel } from '../storedModel.js';
import { decodeInThread } from './decodeInThread.js';

/** The first bytes of a zip archive that has a member. */
export const zipSignature = { bytes: [0x50, 0x4b, 0x03, 0x04], name: 'a .keras archive' } as const;

/** The model at `path`. As `readKerasH5`; MODEL_INVALID also when the archive is unsound, as `readZipMembers` says. */
export function readKerasArchive(path: string): Promise<StoredModel> {
  return decodeInThread(path, 'keras', zipSignature);
}
