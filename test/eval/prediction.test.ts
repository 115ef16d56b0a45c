/** Pictures in, labels out: order, batches, and pictures that are none. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { inputAsPng } from '../../src/eval/inputPicture.js';
import type { PictureSource } from '../../src/data/image.js';
import { isPrediction, predictImages, type PredictionResult } from '../../src/eval/prediction.js';
import { brightnessCard, brightnessModel } from './brightnessModel.js';

/** A grey PNG of one level. */
async function greyPng(level: number, side = 2): Promise<Buffer> {
  return inputAsPng(new Uint8Array(side * side).fill(level), { height: side, width: side });
}

async function predict(pictures: Iterable<PictureSource>, batchSize = 4): Promise<PredictionResult[]> {
  const results: PredictionResult[] = [];
  const options = { compiled: brightnessModel(), card: brightnessCard, pictures, batchSize };
  for await (const result of predictImages(options)) results.push(result);
  return results;
}

describe('predictImages', () => {
  test('names the most probable class, with probabilities that sum to 1 and the input as the network saw it', async () => {
    const [result] = await predict([{ name: 'white.png', bytes: await greyPng(255, 10) }]);
    expect(result).toMatchObject({ name: 'white.png', label: 'bright', input: Uint8Array.of(255, 255, 255, 255) });
    if (!result || !isPrediction(result)) throw new Error('Expected a prediction.');
    expect(result.probability).toBe(result.probabilities[2]);
    expect(result.probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
  });

  test('keeps the order over batches and answers for the good ones among bad ones', async () => {
    const [black, grey, white] = await Promise.all([0, 128, 255].map((level) => greyPng(level)));
    const pictures = [
      { name: 'a', bytes: black! },
      { name: 'b', bytes: Buffer.from('not a picture') },
      { name: 'c', bytes: white! },
      { name: 'd', bytes: new Uint8Array(0) },
      { name: 'e', bytes: grey! },
    ];
    for (const batchSize of [1, 2, 4]) {
      const results = await predict(pictures, batchSize);
      const answers = results.map((result) => (isPrediction(result) ? result.label : result.error.code));
      expect(answers).toEqual(['dark', 'IMAGE_INVALID', 'bright', 'IMAGE_INVALID', 'middle']);
      expect(results.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    }
  });

  test('reads files by their paths', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fer-predict-'));
    const path = join(folder, 'black.png');
    await writeFile(path, await greyPng(0));
    const results = await predict([path, join(folder, 'missing.png')]);
    await rm(folder, { recursive: true });
    expect(results[0]).toMatchObject({ name: path, label: 'dark' });
    expect(results[1]).toMatchObject({ error: { code: 'IMAGE_INVALID' } });
  });

  test('gives no answer when the model gives no numbers', async () => {
    const pictures = [{ name: 'white.png', bytes: await greyPng(255) }];
    const broken = { compiled: brightnessModel({ steepness: NaN }), card: brightnessCard, pictures, batchSize: 1 };
    await expect(predictImages(broken).next()).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('got values that are not numbers'),
    });
  });

  test('says nothing of nothing', async () => {
    expect(await predict([])).toEqual([]);
  });

  test('does not hide an error that is no fault of a picture', async () => {
    const card = { ...brightnessCard, inputShape: [2, 2, 4] as const };
    const pictures = [{ name: 'a', bytes: await greyPng(0) }];
    const results = predictImages({ compiled: brightnessModel(), card, pictures, batchSize: 1 });
    await expect(results.next()).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
  });
});

test('inputAsPng keeps every grey level, in one channel', async () => {
  const input = Uint8Array.from({ length: 256 }, (_, level) => level);
  const png = await inputAsPng(input, { height: 8, width: 32 });
  expect(await sharp(png).metadata()).toMatchObject({ format: 'png', height: 8, width: 32, channels: 1 });
  expect(Uint8Array.from(await sharp(png).extractChannel(0).raw().toBuffer())).toEqual(input);
});
