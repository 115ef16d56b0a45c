/** What convolutions and poolings do at once in inference comes to the bits of the same done in passes of their own. */
import { describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { CompileOptions } from '../src/types.js';
import { seededBatch } from './batches.js';
import { compileForm } from './codeForms.js';
import type { TestNetwork } from './configBuilder.js';
import { frozen, weightedLayers } from './frozenLayers.js';
import { finishedBranches, finishedKernels, tails } from './networks/finishes.js';

const batchSize = 10; // more than a chunk

/** What the network makes of one image, of two and of a batch. */
async function predictions(network: TestNetwork, options: Partial<CompileOptions>): Promise<Float32Array[]> {
  const { images } = seededBatch(network, 0, { count: batchSize });
  const engine = await compile(network.config, network.weights, { batchSize, threads: 1, ...options });
  const results = [1, 2, batchSize].map((count) => engine.predict(images, count));
  await engine.close();
  return results;
}

const builders = { finishedKernels, finishedBranches };
const cases = Object.entries(builders).flatMap(([name, build]) =>
  Object.entries(tails).map(([what, tail]) => ({ name, what, build, tail })),
);

describe.each(cases)('$name: $what', ({ build, tail }) => {
  test.each<Partial<CompileOptions>>([
    {},
    { inferenceOnly: true },
    { inferenceOnly: true, simd: false },
    { inferenceOnly: true, fast: true },
    { inferenceOnly: true, threads: 2 },
  ])('%j', async (options) => {
    const [together, apart] = [false, true].map((isApart) => build({ tail, apart: isApart }));
    expect(await predictions(together!, options)).toEqual(await predictions(apart!, options));
  });

  test('in code that is laid out for 256 bits', async () => {
    const [together, apart] = await Promise.all(
      [false, true].map(async (isApart) => {
        const network = build({ tail, apart: isApart });
        const engine = await compileForm(network, { batchSize, simd: true, wide: true });
        const result = engine.predict(seededBatch(network, 0, { count: batchSize }).images, batchSize);
        await engine.close();
        return result;
      }),
    );
    expect(together).toEqual(apart);
  });

  test('with all layers frozen but the last', async () => {
    const [together, apart] = [false, true].map((isApart) => {
      const network = build({ tail, apart: isApart });
      const names = weightedLayers(network).map(({ name }) => name);
      return frozen(network, names.slice(0, -1));
    });
    expect(await predictions(together!, {})).toEqual(await predictions(apart!, {}));
  });
});

test('after a training step, by the statistics that it has moved', async () => {
  const network = finishedKernels({ tail: tails['normalised and rectified']!, apart: false });
  const trained = await compile(network.config, network.weights, { batchSize, threads: 1 });
  const batch = seededBatch(network, 0, { count: batchSize });
  const before = trained.predict(batch.images, 1);
  trained.trainStep(batch);
  const after = trained.predict(batch.images, 1);
  expect(after).not.toEqual(before);
  const apart = finishedKernels({ tail: tails['normalised and rectified']!, apart: true });
  expect(after).toEqual((await predictions({ ...apart, weights: trained.readWeights() }, {}))[0]);
  await trained.close();
});
