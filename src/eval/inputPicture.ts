/** What the network saw, as a picture that a person can open. */
import sharp from 'sharp';
import type { Size } from '../data/resize.js';

/** The bytes of a grey PNG of `input`, grey levels 0-255 [height, width]: its pixels are exactly those of `input`. */
export async function inputAsPng(input: Uint8Array, { height, width }: Size): Promise<Buffer> {
  return sharp(input, { raw: { height, width, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}
