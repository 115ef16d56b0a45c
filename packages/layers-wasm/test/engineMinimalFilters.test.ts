/** Single convolutions by minimal filters against the reference: forward, and the gradients of weights and input. */
import { expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import { seededBatch } from './batches.js';
import { ConfigBuilder, classify } from './configBuilder.js';
import { deviation, deviations } from './deviation.js';
import { ReferenceNetwork } from './reference/network.js';

/**
 * Height and width of the images, channels, the window and its strides; samples enough for a second chunk. The weights of the last two are
 * so large that their gradients are summed over the whole batch at once.
 */
const layers = [
  { size: [14, 15], channels: 16, window: [7, 7], stride: 1, padding: 'same' },
  { size: [10, 11], channels: 16, window: [7, 7], stride: 1, padding: 'valid' },
  { size: [9, 24], channels: 8, window: [7, 7], stride: 1, padding: 'same' },
  { size: [9, 10], channels: 8, window: [7, 7], stride: 2, padding: 'same' },
  { size: [13, 12], channels: 16, window: [5, 5], stride: 2, padding: 'same' },
  { size: [16, 19], channels: 37, window: [5, 5], stride: 2, padding: 'valid' },
  { size: [16, 24], channels: 12, window: [3, 3], stride: 2, padding: 'same' },
  { size: [13, 12], channels: 64, window: [3, 3], stride: 2, padding: 'valid' },
  { size: [5, 6], channels: 24, window: [3, 3], stride: 2, padding: 'same' },
  { size: [15, 13], channels: 10, window: [4, 6], stride: 1, padding: 'same' },
  { size: [9, 17], channels: 16, window: [1, 3], stride: 1, padding: 'same' },
  { size: [24, 26], channels: 9, window: [6, 5], stride: 3, padding: 'same' },
  { size: [3, 4], channels: 72, filters: 108, window: [3, 3], stride: 1, padding: 'same' },
  { size: [7, 5], channels: 88, filters: 100, window: [3, 3], stride: 2, padding: 'same' },
];
const count = 9;

test.each(layers)('$window over $size, $channels channels, stride $stride, $padding', async (layer) => {
  const { size, channels, window, stride, padding } = layer;
  const filters = 'filters' in layer ? layer.filters : 20;
  const net = new ConfigBuilder(`layer ${JSON.stringify(layer)}`, [size[0]!, size[1]!, 1]);
  const x = net.add('Conv2D', { filters: channels, kernel_size: [3, 3], padding: 'same' }, net.input);
  const measured = { filters, kernel_size: window, strides: [stride, stride], padding };
  const network = classify(net, net.add('Conv2D', measured, x), { units: 4 });
  const reference = new ReferenceNetwork(network.config, network.weights);
  const engine = await compile(network.config, network.weights, { batchSize: count });
  try {
    const batch = seededBatch(network, 0, { count, learningRate: 0 });
    const { gradients } = reference.differentiate(batch);
    expect(deviation(engine.predict(batch.images, count), reference.predict(batch.images, count))).toBeLessThan(1e-6);
    engine.trainStep(batch);
    expect(deviations(engine.readGradients(), gradients, { tolerance: 1e-5, floor: 1e-2 })).toEqual([]);
  } finally {
    await engine.close();
  }
});
