/** Pixelwise convolutions whose weight gradients are made from panels, against the reference. */
import { expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import { seededBatch } from './batches.js';
import { ConfigBuilder, classify } from './configBuilder.js';
import { deviations } from './deviation.js';
import { ReferenceNetwork } from './reference/network.js';

/** More samples than a chunk has. */
const count = 9;

// Samples by themselves and several at once; in the last one a second reader wants a halo around the input, which panels do not copy from.
test.each([
  { size: [9, 8], channels: 64, filters: 80, isShared: false },
  { size: [3, 4], channels: 68, filters: 64, isShared: false },
  { size: [8, 9], channels: 64, filters: 64, isShared: true },
])('$size, $channels to $filters channels, input shared: $isShared', async ({ size, channels, filters, isShared }) => {
  const net = new ConfigBuilder(`panels ${JSON.stringify(size)}`, [size[0]!, size[1]!, 1]);
  const x = net.add('Conv2D', { filters: channels, kernel_size: [3, 3], padding: 'same' }, net.input);
  const pixelwise = net.add('Conv2D', { filters, kernel_size: [1, 1] }, x);
  const depthwise = isShared ? net.add('DepthwiseConv2D', { kernel_size: [3, 3], padding: 'same' }, x) : undefined;
  const last = depthwise ? net.add('Add', {}, pixelwise, depthwise) : pixelwise;
  const network = classify(net, last, { units: 4 });
  const reference = new ReferenceNetwork(network.config, network.weights);
  const engine = await compile(network.config, network.weights, { batchSize: count });
  try {
    const batch = seededBatch(network, 0, { count, learningRate: 0 });
    const { gradients } = reference.differentiate(batch);
    engine.trainStep(batch);
    expect(deviations(engine.readGradients(), gradients, { tolerance: 1e-5, floor: 1e-2 })).toEqual([]);
  } finally {
    await engine.close();
  }
});
