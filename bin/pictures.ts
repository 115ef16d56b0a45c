/** The pictures that `fer predict` is asked for: files and, for `-`, what comes on standard input. */
import type { PictureSource } from '../src/data/image.js';
import { FerError } from '../src/errors.js';

/** A picture to predict, or why there is none. */
export interface AskedPicture {
  /** The path of the file, or `-`. */
  readonly name: string;
  readonly source?: PictureSource;
  readonly error?: FerError;
}

/** `findImages` in which `-` stands for standard input; what is wrong with one picture is told of that one. */
export async function findPictures(paths: readonly string[]): Promise<AskedPicture[]> {
  const { findImages } = await import('../src/data/findImages.js');
  const pictures: AskedPicture[] = [];
  for (const { path: name, error } of await findImages(paths)) {
    if (error) pictures.push({ name, error });
    else pictures.push(name === '-' ? await readStandardInput(name) : { name, source: name });
  }
  return pictures;
}

async function readStandardInput(name: string): Promise<AskedPicture> {
  const { collectPicture } = await import('../src/data/pictureBytes.js');
  try {
    if (process.stdin.isTTY) {
      const advice = 'Pipe a picture in, as in `fer predict - < face.png`';
      throw new FerError('IMAGE_INVALID', `${name}: expected an image on standard input, got a terminal. ${advice}.`);
    }
    return { name, source: { name, bytes: await collectPicture(process.stdin, name) } };
  } catch (error) {
    if (error instanceof FerError) return { name, error };
    throw error;
  }
}
