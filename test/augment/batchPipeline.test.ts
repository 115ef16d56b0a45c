import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { augmentDefaults, augmentOff } from '../../src/augment/augmentConfig.js';
import {
  createBatchPipeline,
  type BatchPipeline,
  type BatchPipelineOptions,
  type PreparedBatch,
} from '../../src/augment/batchPipeline.js';
import { epochOrder } from '../../src/augment/epochOrder.js';
import { scalePixels } from '../../src/data/scaling.js';
import { smallDataset } from './smallDataset.js';

const labels = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1];
const dataset = smallDataset(labels);
const defaults: BatchPipelineOptions = { dataset, batchSize: 4, seed: 5, augment: augmentDefaults, shuffle: true };

async function withPipeline<T>(change: Partial<BatchPipelineOptions>, use: (pipeline: BatchPipeline) => Promise<T>) {
  const pipeline = createBatchPipeline({ ...defaults, ...change });
  try {
    return await use(pipeline);
  } finally {
    await pipeline.close();
  }
}

/** Copies, since a batch is valid only until the next one. */
async function collect(batches: AsyncIterable<PreparedBatch>) {
  const all: { images: number[]; labels: number[]; count: number; sampleWeights?: number[]; targets?: number[] }[] = [];
  for await (const { images, labels, count, sampleWeights, targets } of batches) {
    const more = {
      ...(sampleWeights && { sampleWeights: Array.from(sampleWeights) }),
      ...(targets && { targets: Array.from(targets) }),
    };
    all.push({ images: Array.from(images), labels: Array.from(labels), count, ...more });
  }
  return all;
}

/** Sample -> its pixels, by the order in which an epoch of `defaults` visits them. */
function bySample(batches: readonly { images: number[]; count: number }[], order: Uint32Array) {
  const images = batches.flatMap((batch) => batch.images);
  return new Map(Array.from(order, (sample, place) => [sample, images.slice(place * 12, (place + 1) * 12)]));
}

describe('createBatchPipeline', () => {
  test('hands out every image once, scaled, with its label, the last batch short', async () => {
    const batches = await withPipeline({ augment: augmentOff, shuffle: false }, (pipeline) =>
      collect(pipeline.batches(0)),
    );
    expect(batches.map(({ count }) => count)).toEqual([4, 4, 3]);
    expect(batches.flatMap((batch) => batch.labels)).toEqual(labels);
    expect(batches.flatMap((batch) => batch.images)).toEqual(Array.from(scalePixels(dataset.pixels)));
    expect(batches[0]).not.toHaveProperty('sampleWeights');
    expect(batches[0]).not.toHaveProperty('targets');
  });

  test('makes the same changes in every scaling: erased, mixed or not, inputs stand for the same grey levels', async () => {
    for (const change of [{}, { randomErasing: 1 }, { mixup: 0.4 }]) {
      const augment = { ...augmentDefaults, ...change };
      const [levels, shares, standard] = await Promise.all(
        (['none', 'zero-to-one', 'minus-one-to-one'] as const).map((scaling) =>
          withPipeline({ augment, scaling }, async (pipeline) => {
            const batches = await collect(pipeline.batches(2));
            return batches.flatMap(({ images }) => images);
          }),
        ),
      );
      expect(Math.max(...levels!)).toBeGreaterThan(1);
      const differences = levels!.flatMap((level, i) => [
        shares![i]! * 255 - level,
        (standard![i]! + 1) * 127.5 - level,
      ]);
      expect(Math.max(...differences.map(Math.abs))).toBeLessThan(1e-4); // float32 at 255: half a unit is 8e-6
    }
  });

  test.each([{ rotation: 45 }, { randomErasing: 0.5, mixup: 0.4 }])('hands out bytes, rounded: %o', async (change) => {
    const augment = { ...augmentDefaults, ...change };
    const [levels, bytes] = await Promise.all(
      [{ scaling: 'none' } as const, { bytes: true }].map((wanted) =>
        withPipeline({ augment, workers: 2, ...wanted }, (pipeline) => collect(pipeline.batches(2))),
      ),
    );
    const rounded = levels!.map((batch) => ({ ...batch, images: batch.images.map(Math.round) }));
    expect(rounded).not.toEqual(levels);
    expect(bytes).toEqual(rounded);
  });

  test('follows the order of the epoch', async () => {
    const epochs = await withPipeline({}, async (pipeline) => [
      await collect(pipeline.batches(0)),
      await collect(pipeline.batches(1)),
    ]);
    epochs.forEach((batches, epoch) => {
      const order = epochOrder(11, { seed: 5, epoch, shuffle: true });
      expect(batches.flatMap((batch) => batch.labels)).toEqual(Array.from(order, (sample) => labels[sample]));
    });
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  test('gives an image that depends on (seed, epoch, sample) only, to the bit', async () => {
    const reference = await withPipeline({}, (pipeline) => collect(pipeline.batches(3)));
    const images = bySample(reference, epochOrder(11, { seed: 5, epoch: 3, shuffle: true }));

    for (const workers of [2, 3]) {
      expect(await withPipeline({ workers }, (pipeline) => collect(pipeline.batches(3)))).toEqual(reference);
    }
    expect(await withPipeline({}, (pipeline) => collect(pipeline.batches(3, 2)))).toEqual(reference.slice(2));

    const inFileOrder = await withPipeline({ shuffle: false, batchSize: 5 }, (pipeline) =>
      collect(pipeline.batches(3)),
    );
    const unshuffled = bySample(inFileOrder, epochOrder(11, { seed: 5, epoch: 3, shuffle: false }));
    for (let sample = 0; sample < 11; sample++) expect(unshuffled.get(sample)).toEqual(images.get(sample));
  });

  test('gives other images for another seed', async () => {
    const [one, other] = await Promise.all(
      [5, 6].map((seed) => withPipeline({ seed, shuffle: false }, (pipeline) => collect(pipeline.batches(0)))),
    );
    expect(one![0]!.labels).toEqual(other![0]!.labels);
    expect(one![0]!.images).not.toEqual(other![0]!.images);
  });

  test('is as good as new after an epoch was left early, and after a jump to any other', async () => {
    const reference = await withPipeline({}, async (pipeline) => [
      await collect(pipeline.batches(0)),
      await collect(pipeline.batches(1)),
    ]);
    await withPipeline({ workers: 2 }, async (pipeline) => {
      for await (const batch of pipeline.batches(0)) {
        expect(batch.count).toBe(4);
        break;
      }
      expect(await collect(pipeline.batches(1))).toEqual(reference[1]);
      expect(await collect(pipeline.batches(0))).toEqual(reference[0]);
      expect(await collect(pipeline.batches(0, 3))).toEqual([]);
      for (let round = 0; round < 50; round++) {
        for await (const batch of pipeline.batches(round % 7, round % 3)) {
          expect(batch.images).toHaveLength(batch.count * 12);
          break;
        }
      }
      expect(await collect(pipeline.batches(1, 1))).toEqual(reference[1]!.slice(1));
    });
  });

  test('runs ahead while the training thread computes without a break', async () => {
    await withPipeline({ workers: 2 }, async (pipeline) => {
      const batches = pipeline.batches(0)[Symbol.asyncIterator]();
      await batches.next();
      // Long enough for the workers to fill the ring; no turn of the event loop in between.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
      let turned = false;
      setImmediate(() => (turned = true));
      await batches.next();
      await batches.next();
      expect(turned).toBe(false);
      await batches.return?.();
    });
  });

  test('hands class weights on as sample weights', async () => {
    const classWeights = Float32Array.from([0.5, 1, 2]);
    const batches = await withPipeline({ classWeights }, (pipeline) => collect(pipeline.batches(0)));
    for (const { labels: own, sampleWeights } of batches) {
      expect(sampleWeights).toEqual(own.map((label) => classWeights[label]));
    }
  });

  test('gives the bytes that it gave before there were mixup and random erasing, while both are off', async () => {
    const classWeights = Float32Array.from([0.5, 1, 2]);
    const batches = await withPipeline({ classWeights }, (pipeline) => collect(pipeline.batches(3)));
    const hash = createHash('sha256');
    for (const { images, labels: own, sampleWeights } of batches) {
      for (const part of [Float32Array.from(images), Uint8Array.from(own), Float32Array.from(sampleWeights!)]) {
        hash.update(new Uint8Array(part.buffer));
      }
    }
    // Of version 0.1.0, little-endian.
    expect(hash.digest('hex')).toBe('43339bf45048b79e2e798f9b1b042f1fec97e08a33e19d77cc60e3c20fe64174');
  });

  test('multiplies class weights with the weights of single images, which follow the order', async () => {
    const classWeights = Float32Array.from([0.5, 1, 2]);
    const sampleWeights = Float32Array.from(labels, (_, sample) => sample);
    const batches = await withPipeline({ classWeights, sampleWeights }, (pipeline) => collect(pipeline.batches(0)));
    const order = Array.from(epochOrder(11, { seed: 5, epoch: 0, shuffle: true }));
    const expected = order.map((sample) => sample * classWeights[labels[sample]!]!);
    expect(batches.flatMap((batch) => batch.sampleWeights)).toEqual(expected);
  });

  test('random erasing changes a rectangle of an image and nothing else, for any number of workers', async () => {
    const plain = await withPipeline({}, (pipeline) => collect(pipeline.batches(1)));
    const augment = { ...augmentDefaults, randomErasing: 1 };
    const [one, three] = await Promise.all(
      [1, 3].map((workers) => withPipeline({ workers, augment }, (pipeline) => collect(pipeline.batches(1)))),
    );
    expect(three).toEqual(one);
    const changed = one!.map(
      ({ images }, batch) => images.filter((value, i) => value !== plain[batch]!.images[i]).length,
    );
    const pixels = one!.map(({ images }) => images.length);
    changed.forEach((count, batch) => {
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThan(0.5 * pixels[batch]!);
    });
  });

  test('mixup is the same to the bit for any number of workers and from any batch on, and new in every batch and epoch', async () => {
    const change = {
      augment: { ...augmentDefaults, randomErasing: 0.5, mixup: 0.4 },
      sampleWeights: new Float32Array(11).fill(2),
    };
    const reference = await withPipeline(change, (pipeline) => collect(pipeline.batches(3)));
    for (const workers of [2, 3]) {
      expect(await withPipeline({ ...change, workers }, (pipeline) => collect(pipeline.batches(3)))).toEqual(reference);
    }
    expect(await withPipeline(change, (pipeline) => collect(pipeline.batches(3, 2)))).toEqual(reference.slice(2));
    expect(reference.map(({ targets, count }) => targets!.length / count)).toEqual([3, 3, 3]);
    expect(reference.flatMap(({ sampleWeights }) => sampleWeights)).toEqual(new Array(11).fill(2));

    const shares = (batches: typeof reference): number[] =>
      batches.map(({ targets }) => Math.max(...targets!.filter((value) => value < 1)));
    const other = await withPipeline(change, (pipeline) => collect(pipeline.batches(4)));
    expect(new Set([...shares(reference), ...shares(other)]).size).toBe(6);
  });

  test('reuses its memory: the images of all epochs lie in the same few buffers', async () => {
    await withPipeline({}, async (pipeline) => {
      const buffers = new Set<ArrayBufferLike>();
      for (let epoch = 0; epoch < 20; epoch++) {
        for await (const { images } of pipeline.batches(epoch)) buffers.add(images.buffer);
      }
      expect(buffers.size).toBeLessThanOrEqual(6);
    });
  });

  test('throws instead of waiting for a worker that has died', () => {
    const script = fileURLToPath(new URL('../../../test/augment/dyingWorker.mjs', import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: 'utf8', timeout: 30_000 });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const { received, code, message } = JSON.parse(stdout) as { received: number; code: string; message: string };
    expect(code).toBe('ENGINE_UNAVAILABLE');
    expect(message).toContain('batch worker 1 of 1 ended with exit code 1');
    expect(received).toBeGreaterThanOrEqual(10);
    expect(received).toBeLessThan(20_000);
  });

  test('refuses a second iteration at a time, and any after close', async () => {
    const closed = await withPipeline({}, async (pipeline) => {
      for await (const batch of pipeline.batches(0)) {
        expect(batch.count).toBe(4);
        await expect(collect(pipeline.batches(0))).rejects.toThrow('One iteration of a batch pipeline at a time');
        break;
      }
      return pipeline;
    });
    await expect(collect(closed.batches(1))).rejects.toThrow('The batch pipeline is closed.');
    await closed.close();
  });

  test.each<[Partial<BatchPipelineOptions>, string]>([
    [{ batchSize: 0 }, 'Cannot prepare batches: batchSize must be a whole number from 1, got 0.'],
    [{ workers: 65 }, 'Cannot prepare batches: workers must be 1 to 64, got 65.'],
    [{ seed: 0.5 }, 'Cannot prepare batches: seed must be a whole number, got 0.5.'],
    [{ dataset: smallDataset([]) }, 'Cannot prepare batches: the data has no Training rows: check its Usage column.'],
    [
      { classWeights: new Float32Array(7) },
      'Cannot prepare batches: classWeights must have one number for each of the 3 classes, got 7.',
    ],
    [
      { sampleWeights: new Float32Array(7) },
      'Cannot prepare batches: sampleWeights must have one number for each of the 11 images, got 7.',
    ],
  ])('refuses options out of range: case %#', (change, message) => {
    const create = () => createBatchPipeline({ ...defaults, ...change });
    expect(create).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }));
  });

  test('refuses validation rows', () => {
    const create = () => createBatchPipeline({ ...defaults, dataset: smallDataset(labels, 'PublicTest') });
    expect(create).toThrow('The batch pipeline works on Training rows only, but row 0 is PublicTest');
  });

  test('says how much memory a batch size takes that cannot be had', () => {
    const create = () => createBatchPipeline({ ...defaults, batchSize: 1e8 });
    // Six slots of 12 pixels and a weight, 4 bytes each, and a label.
    const message = expect.stringContaining('6 batches of 100000000 images take 29.6 GiB of memory');
    expect(create).toThrow(expect.objectContaining({ code: 'ENGINE_UNAVAILABLE', message }));
  });
});
