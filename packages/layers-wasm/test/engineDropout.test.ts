/** Dropout: its mask is read off the gradients, then given to the reference. */
import { expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { Batch, Network } from '../src/types.js';
import { deviation, deviations } from './deviation.js';
import { dropoutNetwork } from './networks/connections.js';
import { kerasEpsilon } from './reference/adam.js';
import { ReferenceNetwork } from './reference/network.js';
import { dropoutKey, dropoutStream, writeDropoutFactors } from '../src/training/dropoutMask.js';
import { Sequence } from './sequence.js';

const network = dropoutNetwork();
const [rate, pixels, count] = [0.4, 5 * 7, 3];

/** Sample n is zero but for channel n, so that each row of the Dense kernel has the gradient of one sample's one element. */
function separatedBatch(step: number): Batch {
  const values = new Sequence(`dropout/separated/${step}`).values(count * pixels * 3, { centre: 2, spread: 1 });
  const images = values.map((value, i) => (i % 3 === Math.floor(i / (pixels * 3)) ? value : 0));
  return { images, labels: new Uint8Array([0, 1, 3]), count, learningRate: 0.01 };
}

/** Per sample and pixel: 1 = kept, 0 = dropped. */
function keptOf(engine: Network): number[][] {
  const { data } = engine.readGradients().get('dense_1/kernel')!;
  return Array.from({ length: count }, (_, sample) =>
    Array.from({ length: pixels }, (_, pixel) => (data[(pixel * 3 + sample) * network.classes] === 0 ? 0 : 1)),
  );
}

async function masksOf(options: { seed?: number; steps: number }): Promise<number[][][]> {
  const { seed = 0, steps } = options;
  const engine = await compile(network.config, network.weights, { batchSize: count, seed });
  const masks = Array.from({ length: steps }, (_, step) => {
    engine.trainStep(separatedBatch(step));
    return keptOf(engine);
  });
  await engine.close();
  return masks;
}

test('scales what it keeps by 1 / (1 - rate), forward and backward', async () => {
  const optimizer = { epsilon: 1e-3 };
  const engine = await compile(network.config, network.weights, { batchSize: count, optimizer });
  const reference = new ReferenceNetwork(network.config, network.weights, {
    adam: { epsilon: kerasEpsilon(optimizer.epsilon) },
  });
  for (const step of [0, 1, 2]) {
    const batch = separatedBatch(step);
    const { loss } = engine.trainStep(batch);
    const kept = keptOf(engine);
    const mask = batch.images.map((_, i) => {
      const [sample, pixel] = [Math.floor(i / (pixels * 3)), Math.floor(i / 3) % pixels];
      return kept[sample]![pixel]! / (1 - rate);
    });
    reference.dropoutMasks.set('dropout_1', Float64Array.from(mask));
    const expected = reference.trainStep(batch);
    expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-5);
    expect(deviations(engine.readGradients(), expected.gradients, { tolerance: 1e-4, floor: 1e-2 })).toEqual([]);
  }
  const { images } = separatedBatch(9);
  const predictions = engine.predict(images, count);
  await engine.close();
  expect(deviation(predictions, reference.predict(images, count))).toBeLessThan(1e-4);
});

test('keeps 60 % of the elements', async () => {
  const draws = (await masksOf({ steps: 40 })).flat(2);
  const share = draws.reduce((sum, kept) => sum + kept, 0) / draws.length;
  expect(Math.abs(share - (1 - rate))).toBeLessThan(0.03); // 4 standard deviations of 4,200 draws
});

test('steps, samples and seeds have masks of their own; the same seed has the same', async () => {
  const masks = await masksOf({ steps: 2 });
  expect(masks).toEqual(await masksOf({ steps: 2 }));
  const all = [...masks.flat(), ...(await masksOf({ steps: 2, seed: 1 })).flat()].map((mask) => mask.join(''));
  expect(new Set(all).size).toBe(12);
});

test('a resumed network draws the masks that the first would have drawn', async () => {
  const first = await compile(network.config, network.weights, { batchSize: count });
  [0, 1].forEach((step) => first.trainStep(separatedBatch(step)));
  const resumed = await compile(network.config, first.readWeights(), { batchSize: count });
  resumed.writeOptimizer(first.readOptimizer());
  const results = [first, resumed].map((engine) => engine.trainStep(separatedBatch(2)));
  await Promise.all([first.close(), resumed.close()]);
  expect(results[1]).toEqual(results[0]);
});

test('draws the masks that any executor can draw from seed, update, layer and element', async () => {
  const [seed, steps] = [77, 3];
  const masks = await masksOf({ seed, steps });
  const shape = { height: 5, width: 7, channels: 3 };
  const factors = new Float32Array(count * pixels * 3);
  const expected = Array.from({ length: steps }, (_, step) => {
    writeDropoutFactors(factors, { stream: dropoutStream(dropoutKey(seed, step + 1), 1), rate, shape, count });
    return Array.from({ length: count }, (_, sample) =>
      Array.from({ length: pixels }, (_, pixel) => (factors[(sample * pixels + pixel) * 3 + sample] === 0 ? 0 : 1)),
    );
  });
  expect(masks).toEqual(expected);
  expect(new Set(factors)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
});
