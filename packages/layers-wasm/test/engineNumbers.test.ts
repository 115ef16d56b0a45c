/** Numbers that are hard to get right: NaN, large means. */
import { describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { NamedWeights } from '../src/types.js';
import { seededBatch } from './batches.js';
import { ConfigBuilder } from './configBuilder.js';
import { narrowMiniXception } from './networks.js';

/** The same weights with NaN in the first element of one. */
function poisoned(weights: NamedWeights, name: string): NamedWeights {
  const { shape, data } = weights.get(name)!;
  const copy = data.slice();
  copy[0] = NaN;
  return new Map([...weights, [name, { shape, data: copy }]]);
}

describe('NaN shows in the loss of the step in which it arises', () => {
  test.each(['conv2d_1/kernel', 'separable_conv2d_1/pointwise_kernel', 'batch_normalization_1/gamma', 'conv2d_6/bias'])(
    'in %s',
    async (name) => {
      const { config, weights } = narrowMiniXception;
      const engine = await compile(config, poisoned(weights, name), { batchSize: 4, threads: 1 });
      const { loss } = engine.trainStep(seededBatch(narrowMiniXception, 0, { count: 4, learningRate: 0 }));
      await engine.close();
      expect(loss).toBeNaN();
    },
  );
});

test('BatchNormalization of an image far from 0 keeps its variance', async () => {
  const net = new ConfigBuilder('bright', [48, 48, 1]);
  const normal = net.add('BatchNormalization', { momentum: 0, name: 'normal' }, net.input);
  const network = net.finish(
    net.add('Dense', { units: 2, activation: 'softmax' }, net.add('GlobalAveragePooling2D', {}, normal)),
  );
  const engine = await compile(network.config, network.weights, { batchSize: 2, threads: 1 });
  const images = Float32Array.from({ length: 2 * 48 * 48 }, (_, i) => 300 + (i % 2 === 0 ? 0.5 : -0.5));
  engine.trainStep({ images, labels: Uint8Array.of(0, 1), count: 2, learningRate: 0 });
  const [variance] = engine.readWeights().get('normal/moving_variance')!.data;
  await engine.close();
  expect(Math.abs(variance! - 0.25)).toBeLessThan(0.002);
});
