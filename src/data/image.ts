/** One picture of any kind as the grey pixels that a model wants. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import { FerError } from '../errors.js';
import { collectPicture } from './pictureBytes.js';
import { resizeBilinear, type Size } from './resize.js';

/** The most pixels that are decoded: a bigger picture is refused before it fills the memory. */
const maximumImagePixels = 100_000_000;

/** A picture to read: the path of a file or of a pipe, or the bytes of one under a name. */
export type PictureSource = string | { readonly name: string; readonly bytes: Uint8Array };

/** What a model takes, and how a picture of another shape is brought to it. */
export interface ImageTarget extends Size {
  readonly channels: 1;
  /**
   * `stretch` (default) squeezes the whole picture, as OpenCV's resize does with the boxes that face detectors give: nothing is
   * lost. `crop` cuts the longer side to the centre first: right for a photo with a face in its middle.
   */
  readonly fit?: 'stretch' | 'crop';
}

/**
 * Reads a picture (PNG, JPEG, WebP, AVIF, GIF: its first frame, TIFF, ...) from a file, a pipe or its bytes: grey levels [height, width].
 * Turned upright by its EXIF orientation; transparency laid on white; 16 bits cut to 8; colour to grey as Pillow and OpenCV do
 * (ITU-R BT.601 luma); then resized as `resizeBilinear` does. Throws IMAGE_INVALID that names the file and what to do.
 */
export async function readImage(source: PictureSource | Uint8Array, target: ImageTarget): Promise<Uint8Array> {
  const grey = await decodeGrey(source);
  const { pixels, size } = target.fit === 'crop' ? cropCentre(grey, target) : grey;
  return resizeBilinear(pixels, { from: size, to: { height: target.height, width: target.width } });
}

const expected = 'expected an image (PNG, JPEG, WebP, AVIF, GIF, TIFF)';

/** A grey picture: levels 0..255 [height, width]. */
interface GreyImage {
  readonly pixels: Uint8Array;
  readonly size: Size;
}

async function decodeGrey(source: PictureSource | Uint8Array): Promise<GreyImage> {
  const picture = source instanceof Uint8Array ? { name: 'image', bytes: source } : source;
  const name = typeof picture === 'string' ? picture : picture.name;
  const content = typeof picture === 'string' ? await openPicture(picture) : picture.bytes;
  try {
    const { data, info } = await sharp(content, { limitInputPixels: maximumImagePixels, failOn: 'truncated' })
      .autoOrient()
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { pixels: toLuma(data, info.channels), size: { height: info.height, width: info.width } };
  } catch (cause) {
    throw new FerError('IMAGE_INVALID', `${name}: ${explain((cause as Error).message)}`, { cause });
  }
}

/** A file stays its path, of a pipe come the bytes. Throws IMAGE_INVALID for what can be told without decoding. */
async function openPicture(path: string): Promise<string | Uint8Array> {
  const found = await stat(path).catch((cause: unknown) => {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'there is no such file. Check the path' : (cause as Error).message;
    throw new FerError('IMAGE_INVALID', `${path}: ${expected}, but ${reason}.`, { cause });
  });
  if (found.isFIFO()) return collectPicture(createReadStream(path), path);
  if (found.isDirectory())
    throw new FerError('IMAGE_INVALID', `${path}: ${expected}, got a folder. Name a file in it.`);
  if (!found.isFile()) throw new FerError('IMAGE_INVALID', `${path}: ${expected}, got neither a file nor a pipe.`);
  if (found.size === 0) throw new FerError('IMAGE_INVALID', `${path}: ${expected}, got an empty file. Save it again.`);
  return path;
}

/**
 * What sharp's own message means for the person who has the file. The rest of it is libvips' and is not quoted: it is gathered for the
 * whole process, and pictures are decoded side by side, so that it may tell of another one.
 */
function explain(message: string): string {
  if (message.startsWith('Input image exceeds pixel limit')) {
    return `expected at most ${maximumImagePixels / 1e6} megapixels, got more. Scale it down or cut the face out.`;
  }
  if (/^Input (?:file|buffer) contains unsupported image format|^Input \w+(?: \w+)? is empty/.test(message))
    return `${expected}, got a file that is none or is cut off. Save it again, as PNG if in doubt.`;
  return `expected a whole image, got a truncated or damaged one. Save or copy it again.`;
}

/** `0.299 R + 0.587 G + 0.114 B` in 16-bit fixed point, rounded, as Pillow's `convert("L")`. One or two channels are grey already. */
function toLuma(data: Uint8Array, channels: number): Uint8Array {
  const luma = new Uint8Array(data.length / channels);
  for (let i = 0, at = 0; i < luma.length; i++, at += channels) {
    luma[i] =
      channels < 3 ? data[at]! : (data[at]! * 19595 + data[at + 1]! * 38470 + data[at + 2]! * 7471 + 0x8000) >> 16;
  }
  return luma;
}

function cropCentre({ pixels, size }: GreyImage, target: Size): GreyImage {
  const scale = Math.min(size.width / target.width, size.height / target.height);
  const width = Math.max(1, Math.round(target.width * scale));
  const height = Math.max(1, Math.round(target.height * scale));
  const left = (size.width - width) >> 1;
  const top = (size.height - height) >> 1;
  const cropped = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * size.width + left;
    cropped.set(pixels.subarray(start, start + width), y * width);
  }
  return { pixels: cropped, size: { height, width } };
}
