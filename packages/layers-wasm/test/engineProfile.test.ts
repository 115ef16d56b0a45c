/** What a profile says of each layer. */
import { expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { ProfileEntry } from '../src/types.js';
import { seededBatch } from './batches.js';
import { ConfigBuilder, type TestNetwork } from './configBuilder.js';
import { fullMiniXception } from './miniXceptionConfig.js';
import { narrowMiniXception } from './networks.js';
import { pooledReaders } from './networks/pooledNormalisation.js';
import { firstDifference, trainedNumbers } from './trainedNumbers.js';

/** Entries of three training steps and a prediction, and how long those took. */
async function profiled({ config, weights, ...network }: TestNetwork, profile = true) {
  const engine = await compile(config, weights, { batchSize: 8, threads: 1, profile });
  const batches = [0, 1, 2].map((step) => seededBatch({ config, weights, ...network }, step, { count: 8 }));
  const start = performance.now();
  for (const batch of batches) engine.trainStep(batch);
  const milliseconds = performance.now() - start;
  const trained = engine.readProfile();
  engine.predict(batches[0]!.images, 8);
  const predicted = engine.readProfile();
  const nothing = engine.readProfile();
  await engine.close();
  return { trained, predicted, nothing, milliseconds };
}

/** A convolution 6x5x3 -> 4x3x7, a depthwise one of stride 2 -> 2x2x7, and a dense layer 28 -> 4. */
function smallNetwork(): TestNetwork {
  const net = new ConfigBuilder('profiled', [6, 5, 3]);
  let x = net.add('Conv2D', { filters: 7, kernel_size: [3, 3], name: 'conv' }, net.input);
  x = net.add('DepthwiseConv2D', { kernel_size: [3, 3], strides: [2, 2], padding: 'same', name: 'depthwise' }, x);
  x = net.add('Flatten', { name: 'flat' }, x);
  return net.finish(net.add('Dense', { units: 4, activation: 'softmax', name: 'dense' }, x));
}

/** Multiplications and additions per sample. */
const flops = {
  conv: 2 * (4 * 3) * (3 * 3 * 3 * 7),
  depthwise: 2 * (2 * 2) * (3 * 3 * 7),
  dense: 2 * 28 * 4,
};

const withFlops = (entries: readonly ProfileEntry[]) =>
  entries.filter((entry) => entry.flops > 0).map((entry) => [entry.layer, entry.pass, entry.kernel, entry.flops]);

test('counts the multiplications and additions of convolutions, depthwise ones and dense layers', async () => {
  const { trained, predicted } = await profiled(smallNetwork());
  const forward = [
    ['conv', 'forward', 'convolution', flops.conv],
    ['depthwise', 'forward', 'depthwise', flops.depthwise],
    ['dense', 'forward', 'convolution', flops.dense],
  ];
  expect(withFlops(predicted)).toEqual(forward);
  const backward = [
    ['conv', 'backward', 'convolution weight gradient', flops.conv],
    ['depthwise', 'backward', 'depthwise input gradient', flops.depthwise],
    ['depthwise', 'backward', 'depthwise weight gradient', flops.depthwise],
    ['dense', 'backward', 'convolution input gradient', flops.dense],
    ['dense', 'backward', 'convolution weight gradient', flops.dense],
  ];
  expect(withFlops(trained).sort()).toEqual([...forward, ...backward].sort());
});

/** Stages: 0 the moments behind `depthwise`, 1 those behind `conv`, 2 the loss, 3 the sums of `first`, 4 the gradient of its input. */
test('what is made again counts to the pass that needs it, as often as it is made', async () => {
  const net = new ConfigBuilder('again', [4, 4, 8]);
  let x = net.add('DepthwiseConv2D', { kernel_size: [3, 3], padding: 'same', name: 'depthwise' }, net.input);
  x = net.add('BatchNormalization', { name: 'first' }, x);
  x = net.add('Conv2D', { filters: 4, kernel_size: [1, 1], name: 'conv' }, x);
  x = net.add('Flatten', {}, net.add('BatchNormalization', { name: 'second' }, x));
  const { trained } = await profiled(net.finish(net.add('Dense', { units: 2, activation: 'softmax' }, x)));
  const again = trained.filter(({ kernel }) => kernel === 'depthwise again');
  const once = 2 * (4 * 4) * (3 * 3 * 8);
  expect(again.map(({ pass, flops }) => [pass, flops])).toEqual([
    ['forward', once], // stage 1
    ['backward', 2 * once], // stages 3 and 4
  ]);
});

test.each([narrowMiniXception, pooledReaders()].map((network) => ({ name: network.name, network })))(
  'names layers of $name, or none',
  async ({ network }) => {
    const { trained, predicted } = await profiled(network);
    const layers = network.config.config.layers.map(({ name }) => name);
    const strangers = [...trained, ...predicted].filter(({ layer }) => layer !== '' && !layers.includes(layer));
    expect(strangers).toEqual([]);
    for (const { kernel } of [...trained, ...predicted]) expect(kernel).toMatch(/^[a-z -]+$/);
    expect(predicted.filter(({ layer, pass }) => layer !== '' && pass !== 'forward')).toEqual([]);
    const named = new Set(trained.map(({ layer }) => layer));
    const weighed = new Set([...network.weights.keys()].map((key) => key.slice(0, key.indexOf('/'))));
    expect([...weighed].filter((layer) => !named.has(layer))).toEqual([]);
  },
);

test('adds up to most of the steps, and starts anew when it is read', async () => {
  const { trained, nothing, milliseconds } = await profiled(fullMiniXception);
  const sum = trained.reduce((total, entry) => total + entry.milliseconds, 0);
  expect(sum).toBeLessThanOrEqual(milliseconds);
  expect(sum).toBeGreaterThan(milliseconds / 2);
  expect(nothing).toEqual([]);
});

test('is empty unless it is asked for, and changes no bit', async () => {
  const { trained, predicted } = await profiled(smallNetwork(), false);
  expect([...trained, ...predicted]).toEqual([]);
  const plain = await trainedNumbers(narrowMiniXception, { threads: 1 });
  const measured = await trainedNumbers(narrowMiniXception, { threads: 1, profile: true });
  expect(firstDifference(plain, measured)).toBe(-1);
});

test('wants 1 thread', async () => {
  const { config, weights } = smallNetwork();
  const attempt = compile(config, weights, { batchSize: 8, threads: 2, profile: true });
  await expect(attempt).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});
