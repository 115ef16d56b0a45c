import sharp from 'sharp';
import { describe, expect, test } from '@jest/globals';
import { readImage } from '../../src/data/image.js';
import { fileWriter, temporaryFolder } from './exampleRows.js';

const folder = temporaryFolder();
const write = fileWriter(folder);
const target = (height: number, width: number) => ({ height, width, channels: 1 }) as const;
const raw = (values: number[], width: number, channels: 1 | 2 | 3 | 4) =>
  sharp(Uint8Array.from(values), { raw: { width, height: values.length / width / channels, channels } });

/** Red, green, blue and white: a luma of 76, 150, 29 and 255 by ITU-R BT.601. */
const colours = raw([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255], 2, 3);
const luma = [76, 150, 29, 255];

describe('formats', () => {
  test.each(['png', 'gif'] as const)('%s in colour', async (format) => {
    const image = await colours.clone().toFormat(format).toBuffer();
    expect([...(await readImage(image, target(2, 2)))]).toEqual(luma);
  });

  test('TIFF', async () => {
    const image = await colours.clone().tiff({ compression: 'lzw' }).toBuffer();
    expect([...(await readImage(image, target(2, 2)))]).toEqual(luma);
  });

  test('lossless WebP, from a file', async () => {
    const path = write('colours.webp', await colours.clone().webp({ lossless: true }).toBuffer());
    expect([...(await readImage(path, target(2, 2)))]).toEqual(luma);
  });

  test('JPEG', async () => {
    const image = await sharp({ create: { width: 16, height: 16, channels: 3, background: { r: 255, g: 0, b: 0 } } })
      .jpeg({ quality: 100 })
      .toBuffer();
    for (const level of await readImage(image, target(2, 2))) expect(Math.abs(level - 76)).toBeLessThanOrEqual(1);
  });

  test('AVIF, which a folder is searched for too', async () => {
    const image = await sharp({ create: { width: 16, height: 16, channels: 3, background: { r: 255, g: 0, b: 0 } } })
      .avif({ lossless: true })
      .toBuffer();
    for (const level of await readImage(image, target(2, 2))) expect(Math.abs(level - 76)).toBeLessThanOrEqual(1);
  });

  test('grey', async () => {
    const image = await raw([0, 100, 200, 255], 2, 1).toColourspace('b-w').png().toBuffer();
    expect([...(await readImage(image, target(2, 2)))]).toEqual([0, 100, 200, 255]);
  });

  test('16 bits', async () => {
    const levels = Uint16Array.of(0, 100 * 257, 200 * 257, 65535);
    const image = await sharp(levels, { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect((await sharp(image).metadata()).depth).toBe('ushort');
    expect([...(await readImage(image, target(2, 2)))]).toEqual([0, 100, 200, 255]);
  });

  test('transparency lies on white', async () => {
    const image = await raw([0, 0, 0, 0, 0, 0, 0, 255], 2, 4).png().toBuffer();
    expect([...(await readImage(image, target(1, 2)))]).toEqual([255, 0]);
  });

  test('the first frame of an animation', async () => {
    const frames = [10, 200].map((level) => ({
      create: { width: 2, height: 2, channels: 3 as const, background: grey(level) },
    }));
    const image = await sharp(await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer())), {
      join: { animated: true },
    })
      .gif()
      .toBuffer();
    expect((await sharp(image).metadata()).pages).toBe(2);
    expect([...(await readImage(image, target(2, 2)))]).toEqual([10, 10, 10, 10]);
  });

  test('EXIF orientation 6: the left side comes to the top', async () => {
    const image = await raw([0, 255], 2, 1).tiff().withMetadata({ orientation: 6 }).toBuffer();
    expect([...(await readImage(image, target(2, 1)))]).toEqual([0, 255]);
  });
});

function grey(level: number): { r: number; g: number; b: number } {
  return { r: level, g: level, b: level };
}

describe('sizes', () => {
  test('a pixel becomes a whole input', async () => {
    const image = await raw([77], 1, 1).png().toBuffer();
    expect(await readImage(image, target(48, 48))).toEqual(new Uint8Array(2304).fill(77));
  });

  test('a wide picture is stretched, or cut to its centre on request', async () => {
    const image = await raw([0, 0, 100, 200, 255, 255, 0, 0, 100, 200, 255, 255], 6, 1).png().toBuffer();
    expect([...(await readImage(image, { ...target(2, 2), fit: 'crop' }))]).toEqual([100, 200, 100, 200]);
    const stretched = await readImage(image, target(2, 2));
    expect(stretched[0]).toBeLessThan(100);
    expect(stretched[1]).toBeGreaterThan(200);
  });
});

describe('what is not a picture: IMAGE_INVALID with the file and what to do', () => {
  const read = (source: string | Uint8Array) => readImage(source, target(48, 48));
  const refused = (message: RegExp) => ({ code: 'IMAGE_INVALID', message: expect.stringMatching(message) });

  test.each(['png', 'jpeg', 'webp', 'gif', 'tiff'] as const)('truncated %s', async (format) => {
    const levels = Array.from({ length: 64 * 64 }, (_, i) => (i * i * 31) % 256);
    const whole = await raw(levels, 64, 1).toFormat(format).toBuffer();
    const path = write(`truncated.${format}`, whole.subarray(0, whole.length >> 1));
    await expect(read(path)).rejects.toMatchObject(
      refused(/truncated\.\w+: expected .*(truncated or damaged|cut off)/),
    );
  });

  test('damaged pictures that are read side by side are each told the same, whatever libvips says of any of them', async () => {
    const whole = await raw(
      Array.from({ length: 64 * 64 }, (_, i) => (i * i * 31) % 256),
      64,
      1,
    )
      .png()
      .toBuffer();
    const cut = whole.subarray(0, whole.length >> 1); // its pixels end early
    const swapped = Buffer.from(whole); // its header is wrong
    swapped.fill(255, 16, 24);
    const paths = Array.from({ length: 8 }, (_, i) => write(`damaged-${i}.png`, i % 2 === 0 ? cut : swapped));
    const failures = await Promise.allSettled(paths.map((path) => read(path)));
    expect(failures.map((failure) => failure.status === 'rejected' && (failure.reason as Error).message)).toEqual(
      paths.map((path) => `${path}: expected a whole image, got a truncated or damaged one. Save or copy it again.`),
    );
    expect(failures[0]).toMatchObject({ reason: { cause: { message: expect.stringMatching(/./) as unknown } } });
  });

  test('text, an empty file, a folder, a missing file, no bytes', async () => {
    await expect(read(write('text.png', 'hello'))).rejects.toMatchObject(
      refused(/expected an image \(PNG, JPEG, WebP, AVIF, GIF, TIFF\)/),
    );
    await expect(read(write('text.png', 'hello'))).rejects.toMatchObject(
      refused(/text\.png: .* got a file that is none/),
    );
    await expect(read(write('empty.png', ''))).rejects.toMatchObject(refused(/empty\.png: .* got an empty file/));
    await expect(read(folder)).rejects.toMatchObject(refused(/got a folder/));
    await expect(read('missing.png')).rejects.toMatchObject(refused(/missing\.png: .* there is no such file/));
    await expect(read(new Uint8Array(0))).rejects.toMatchObject(refused(/^image: expected an image/));
  });

  test('more than 100 megapixels', async () => {
    const huge = sharp({ create: { width: 20_000, height: 5001, channels: 3, background: 'black' } });
    const path = write('huge.png', await huge.png({ compressionLevel: 1 }).toBuffer());
    await expect(read(path)).rejects.toMatchObject(refused(/huge\.png: expected at most 100 megapixels/));
  });
});
