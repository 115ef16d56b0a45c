/** The bytes of a picture that comes through a pipe, which can be read only once and from front to back. */
import { FerError } from '../errors.js';

/** More bytes than any picture that is decoded needs: a pipe that never ends is left before it fills the memory. */
const maximumBytes = 2 ** 30;

/**
 * All bytes of `chunks`, which errors call `name`. Throws IMAGE_INVALID when nothing comes, when more than 1 GiB comes, or with the reason
 * why reading failed.
 */
export async function collectPicture(chunks: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of chunks) {
      length += part.length;
      if (length > maximumBytes) break; // which closes the pipe
      parts.push(part);
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FerError('IMAGE_INVALID', `${name}: expected an image from a pipe, but ${reason}.`, { cause });
  }
  if (length > maximumBytes) {
    throw new FerError(
      'IMAGE_INVALID',
      `${name}: expected an image from a pipe, got more than 1 GiB. Check what is piped in.`,
    );
  }
  if (length === 0) {
    throw new FerError('IMAGE_INVALID', `${name}: expected an image from a pipe, got nothing. Check what is piped in.`);
  }
  return Buffer.concat(parts, length);
}
