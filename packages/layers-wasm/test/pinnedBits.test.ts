/**
 * What networks and optimizers come to, to the bit: the same on every machine and in every version of Node, for any number of threads
 * and with vectors of 128 and 256 bits. After a wanted change of the arithmetic, build and make the pins again with
 * `UPDATE_PINNED_BITS=1 npm run jest -- packages/layers-wasm/dist/test/pinnedBits.test.js`, and read in the difference which have moved.
 */
import { afterAll, describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { NamedWeights } from '../src/types.js';
import { seededBatch } from './batches.js';
import { bitsOf, isUpdate, keepPins, readPins } from './bits.js';
import { networks, tiledNetworks } from './networks.js';
import { dropoutNetwork } from './networks/connections.js';
import { trainedInWideHost } from './runtime/wideHosts.js';
import { trainedBatchSize, trainedNumbers } from './trainedNumbers.js';
import { trainedNetwork, trainingBatch, trainingCases, type TrainingCase } from './trainingCases.js';

const pinned = [...networks, ...tiledNetworks, dropoutNetwork()];
const named = pinned.map((network) => ({ name: network.name, network }));
const file = new URL('../../test/pinnedBits.json', import.meta.url);
const pins = readPins(file);

afterAll(() => keepPins(file, pins));

/** That `digest` is the pinned one, or in an update becomes it. */
function expectPinned(section: string, name: string, digest: string): void {
  if (isUpdate) (pins[section] ??= {})[name] ??= digest;
  expect({ name, digest }).toEqual({ name, digest: pins[section]?.[name] });
}

const dataOf = (tensors: NamedWeights): Float32Array[] => [...tensors.values()].map(({ data }) => data);

// Their arithmetic is of whole numbers, divisions and square roots: where these differ the host does, and not the engine.
test.each(named)('$name: its weights and batches', ({ name, network }) => {
  const batches = [0, 1, 2].flatMap((step) => {
    const batch = seededBatch(network, step, { count: trainedBatchSize, weighted: step === 1 });
    return [batch.images, batch.labels, ...(batch.sampleWeights ? [batch.sampleWeights] : [])];
  });
  expectPinned('inputs', name, bitsOf([...dataOf(network.weights), ...batches]));
});

describe.each([1, 2, 3])('threads: %d', (threads) => {
  test.each(named)('$name: trained with 128-bit vectors', async ({ name, network }) => {
    expectPinned('networks', name, bitsOf([await trainedNumbers(network, { threads })]));
  });

  test('all of them in code that is laid out for 256 bits, and joined where this host can', async () => {
    const { digests } = await trainedInWideHost({ code: 'wide', threads, names: pinned.map(({ name }) => name) });
    expect(Object.keys(digests).sort()).toEqual(pinned.map(({ name }) => name).sort());
    for (const [name, digest] of Object.entries(digests)) expectPinned('networks', name, digest);
  });
});

// engineTraining.test.ts compares them for other numbers of threads.
test.each(trainingCases)('$name: weights, moments and averages after five steps', async (trained) => {
  expectPinned('trainings', trained.name, await trainedBy(trained));
});

async function trainedBy(trained: TrainingCase): Promise<string> {
  const options = { ...trained.options, batchSize: trainedBatchSize, threads: 2 };
  const engine = await compile(trainedNetwork.config, trainedNetwork.weights, options);
  for (let step = 0; step < 5; step++) engine.trainStep(trainingBatch(step, trained));
  const averages = trained.options.averageDecay === undefined ? [] : dataOf(engine.readAverages());
  const slots = Object.values(engine.readOptimizer().slots).flatMap(dataOf);
  const digest = bitsOf([...dataOf(engine.readWeights()), ...slots, ...averages]);
  await engine.close();
  return digest;
}

test('no pin is left over from what is gone', () => {
  const names = pinned.map(({ name }) => name).sort();
  const left = Object.entries(pins).map(([section, own]) => [section, Object.keys(own).sort()]);
  const trainings = trainingCases.map(({ name }) => name).sort();
  expect(Object.fromEntries(left)).toEqual({ inputs: names, networks: names, trainings });
});
