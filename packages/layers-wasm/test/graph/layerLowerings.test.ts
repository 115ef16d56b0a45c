/** Vectors that are images of one pixel, and fields of layers that can be written in several ways. */
import { describe, expect, test } from '@jest/globals';
import { lowerLayers } from '../../src/graph/lower.js';
import { compile } from '../../src/index.js';
import { seededBatch } from '../batches.js';
import { ConfigBuilder, type TestNetwork } from '../configBuilder.js';
import { deviations } from '../deviation.js';
import { ReferenceNetwork } from '../reference/network.js';

/** Outputs of a network, and its loss and weights of a step. */
async function trained(network: TestNetwork) {
  const { config, weights } = network;
  const engine = await compile(config, weights, { batchSize: 3, threads: 1, optimizer: { kind: 'sgd' } });
  const batch = seededBatch(network, 0, { count: 3 });
  const outputs = engine.predict(batch.images, 3);
  const { loss } = engine.trainStep(batch);
  const after = [...engine.readWeights()].map(([name, { data }]) => [name, data] as const);
  await engine.close();
  return { outputs, loss, after: new Map(after) };
}

describe.each(['GlobalAveragePooling2D', 'GlobalMaxPooling2D'])('%s with keepdims', (pooling) => {
  /** A head of 1x1 convolutions over the pooled pixel, or of the same weights without height and width. */
  function head(kept: boolean): TestNetwork {
    const net = new ConfigBuilder('head', [7, 5, 3]);
    const first = net.add('Conv2D', { filters: 5, kernel_size: [3, 3], name: 'first' }, net.input);
    const pooled = net.add(pooling, kept ? { keepdims: true } : {}, first);
    const last = kept
      ? net.add('Flatten', {}, net.add('Conv2D', { filters: 4, kernel_size: [1, 1], name: 'last' }, pooled))
      : net.add('Dense', { units: 4, name: 'last' }, pooled);
    return net.finish(net.add('Softmax', {}, last));
  }

  test('is an image of one pixel, with the bits of the vector', async () => {
    const vector = head(false);
    const { shape } = head(true).weights.get('last/kernel')!;
    const weights = new Map(vector.weights).set('last/kernel', {
      shape,
      data: vector.weights.get('last/kernel')!.data,
    });
    expect(await trained({ ...head(true), weights })).toEqual(await trained(vector));
  });
});

test.each([1, [1], -1, [-1]])('what is flattened is a vector, an image of one pixel too: axis %j', async (axis) => {
  const net = new ConfigBuilder('pixel', [3, 3, 2]);
  const pixel = net.add('Conv2D', { filters: 6, kernel_size: [3, 3], name: 'first' }, net.input);
  const normalised = net.add('BatchNormalization', { axis, name: 'normalised' }, net.add('Flatten', {}, pixel));
  const network = net.finish(net.add('Dense', { units: 3, activation: 'softmax' }, normalised));
  const { after, loss } = await trained(network);
  const reference = new ReferenceNetwork(network.config, network.weights, { sgd: {} });
  expect(Math.abs(loss - reference.trainStep(seededBatch(network, 0, { count: 3 })).loss)).toBeLessThan(1e-5);
  const expected = new Map([...reference.weights].map(([name, { data }]) => [name, data]));
  const actual = new Map([...after].map(([name, data]) => [name, { shape: [], data }]));
  expect(deviations(actual, expected, { tolerance: 1e-4, floor: 1e-2 })).toEqual([]);
});

/** The shape that a layer makes of 5x7 pixels. */
function paddedShape(padding: unknown): string {
  const net = new ConfigBuilder('padded', [5, 7, 3]);
  const odd = net.add(
    'ZeroPadding2D',
    {
      padding: [
        [0, 0],
        [0, 0],
      ],
      name: 'odd',
    },
    net.input,
  );
  const { config } = net.finish(net.add('GlobalMaxPooling2D', {}, odd));
  config.config.layers.find(({ name }) => name === 'odd')!.config['padding'] = padding;
  const { output } = lowerLayers(config, { training: false }).operations[0]!;
  return `${output.shape.height}x${output.shape.width}`;
}

describe('the padding of ZeroPadding2D', () => {
  test.each<[unknown, string]>([
    [undefined, '7x9'],
    [0, '5x7'],
    [2, '9x11'],
    [[1, 0], '7x7'],
    [
      [
        [1, 2],
        [3, 0],
      ],
      '8x10',
    ],
  ])('%j', (padding, shape) => {
    expect(paddedShape(padding)).toBe(shape);
  });

  test.each([[[[1], [1]]], [[1, 1, 1]], [['1', null]], [[[1, 2, 3], [4]]], [-1], [0.5], [[[1, -1], 0]], ['same']])(
    'refused: %j',
    (padding) => {
      expect(() => paddedShape(padding)).toThrow(
        expect.objectContaining({
          code: 'MODEL_INVALID',
          message: expect.stringMatching(
            /"odd" \(ZeroPadding2D\): padding must be a whole number from 0, two of them, or two pairs of them, got /,
          ),
        }),
      );
    },
  );
});
