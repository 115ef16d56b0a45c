/** A shipped model names the command that trains it again, so the bits of a training batch must stay what they were. */
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { augmentDefaults, augmentOff, type AugmentConfig } from '../../src/augment/augmentConfig.js';
import { createBatchPipeline } from '../../src/augment/batchPipeline.js';
import { classNames, type Dataset } from '../../src/data/dataset.js';

/** Forty images of a pattern without symmetry. */
function pattern(height: number, width: number): Dataset {
  const count = 40;
  const pixels = Uint8Array.from({ length: count * height * width }, (_, i) => {
    const row = Math.floor(i / width);
    const column = i % width;
    return 37 * row * row + 59 * column + 11 * row * column;
  });
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 7);
  return { pixels, labels, usage: new Uint8Array(count), count, height, width, classNames, hash: '' };
}

/** Of all floats of two epochs, in the order in which they are handed out. */
async function digest(dataset: Dataset, change: Partial<AugmentConfig>): Promise<string> {
  const augment = { ...augmentDefaults, ...change };
  const pipeline = createBatchPipeline({ dataset, batchSize: 16, seed: 42, augment, shuffle: true });
  const hash = createHash('sha256');
  try {
    for (const epoch of [0, 7]) {
      for await (const { images } of pipeline.batches(epoch)) hash.update(images);
    }
  } finally {
    await pipeline.close();
  }
  return hash.digest('hex').slice(0, 16);
}

// Of the version that trained the shipped model.
test.each([
  ['faces with the default amounts', [48, 48], {}, '5e08235d26b234d5'],
  ['faces as they are', [48, 48], augmentOff, '1123e9be675c8e91'],
  ['faces that are erased and mixed', [48, 48], { randomErasing: 0.5, mixup: 0.4 }, '001bf7316d57722c'],
  [
    'images that are not square and much turned',
    [13, 7],
    { rotation: 180, zoom: 0.9, shiftX: 1, shiftY: 0.5 },
    '5637112d71983649',
  ],
  ['images of one column', [3, 1], { rotation: 90 }, 'f11cf5f9d9bee471'],
] as const)('%s are the same to the bit', async (_, [height, width], change, expected) => {
  expect(await digest(pattern(height, width), change)).toBe(expected);
});
