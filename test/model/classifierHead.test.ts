/** The head of a classifier: found, reordered and replaced, on models whose numbers can be followed by hand. */
import { describe, expect, test } from '@jest/globals';
import { architectureNames, buildArchitecture } from '../../src/model/architectures.js';
import { adaptHead, classifierHead } from '../../src/model/classifierHead.js';
import { initialiseWeights } from '../../src/model/initialiseWeights.js';
import { layerShapes } from '../../src/model/layerShapes.js';
import type { LayersConfig, NamedWeights } from '../../src/model/modelFile.js';
import { elementCount, weightSpecs } from '../../src/model/weightSpecs.js';
import { Random } from '../../src/random.js';
import { chain, tinyModel } from './fixtureModel.js';

const random = (): Random => new Random(5);

/** Weights 0, 1, 2, ... in each tensor. */
function counting(config: LayersConfig): NamedWeights {
  const values = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => i);
  return new Map(weightSpecs(config).map(({ name, shape }) => [name, { shape, data: values(elementCount(shape)) }]));
}

const dataOf = (weights: NamedWeights, name: string): number[] => [...weights.get(name)!.data];

describe('classifierHead', () => {
  test.each(architectureNames)('of %s is the last layer with weights', (name) => {
    const config = buildArchitecture(name, { inputShape: [48, 48, 1], classes: 7 });
    expect(classifierHead(config)).toEqual([weightSpecs(config).at(-1)!.layer]);
  });

  test('has the normalisations behind the last convolution', () => {
    const config = chain(
      [4, 4, 1],
      [
        ['Conv2D', { filters: 2, kernel_size: 3 }],
        ['Conv2D', { filters: 3, kernel_size: 2 }],
        ['BatchNormalization', {}],
        ['Flatten', {}],
        ['Softmax', {}],
      ],
    );
    expect(classifierHead(config)).toEqual(['layer_2', 'layer_3']);
  });

  test.each<[string, LayersConfig, RegExp]>([
    ['no layer with weights', chain([3], [['Softmax', {}]]), /comes from input \(InputLayer\)/],
    [
      'a depthwise convolution at the end',
      chain(
        [3, 3, 2],
        [
          ['DepthwiseConv2D', { kernel_size: 3 }],
          ['Flatten', {}],
        ],
      ),
      /comes from layer_1 \(DepthwiseConv2D\)/,
    ],
    ['a sum at the end', summed(), /comes from layer_3 \(Add\)/],
  ])('of a network with %s is an error', (_, config, message) => {
    expect(() => classifierHead(config)).toThrow(
      expect.objectContaining({ code: 'MODEL_UNSUPPORTED', message: expect.stringMatching(message) as unknown }),
    );
  });
});

/** Two dense layers that are added: no single one makes the classes. */
function summed(): LayersConfig {
  const config = chain(
    [4],
    [
      ['Dense', { units: 3 }],
      ['Dense', { units: 3 }],
      ['Add', {}],
    ],
  );
  const inputs = ['layer_1', 'layer_2'];
  config.config.layers.at(-1)!.inbound_nodes = [inputs.map((input) => [input, 0, 0, {}])];
  return config;
}

describe('adaptHead', () => {
  test('keeps a model of the same classes as it is', () => {
    const model = tinyModel();
    const adapted = adaptHead(model, { from: ['no', 'yes'], to: ['no', 'yes'] }, random());
    expect(adapted).toMatchObject({ head: 'kept' });
    expect([adapted.config, adapted.weights]).toEqual([model.config, model.weights]);
  });

  test.each<[string[], string[], string]>([
    [['Anger', 'Happiness'], ['angry', 'happy'], 'kept'],
    [['happiness', 'anger'], ['angry', 'happy'], 'reordered'],
    [['anger', 'angry'], ['angry', 'anger'], 'reordered'], // their names are different enough
    [['angry', 'anger'], ['angry', 'Anger'], 'replaced'], // which is which?
    [['angry', 'happy'], ['angry', 'anger'], 'replaced'],
  ])('knows classes by name or by meaning: %j for %j is %s', (from, to, head) => {
    const model = tinyModel();
    const adapted = adaptHead(model, { from, to }, random());
    expect(adapted.head).toBe(head);
    if (head === 'reordered') expect(dataOf(adapted.weights, 'layer_2/bias')).toEqual([11, 10]);
  });

  test('moves outputs to the places of their classes, in normalisations too', () => {
    const config = chain(
      [2],
      [
        ['Dense', { units: 3 }],
        ['BatchNormalization', {}],
        ['Softmax', {}],
      ],
    );
    const { weights, head } = adaptHead(
      { config, weights: counting(config) },
      { from: ['a', 'b', 'c'], to: ['c', 'a', 'b'] },
      random(),
    );
    expect(head).toBe('reordered');
    expect(dataOf(weights, 'layer_1/kernel')).toEqual([2, 0, 1, 5, 3, 4]); // [in, out], a row per input
    for (const name of ['layer_1/bias', 'layer_2/gamma', 'layer_2/moving_variance']) {
      expect(dataOf(weights, name)).toEqual([2, 0, 1]);
    }
  });

  test('leaves the depthwise half of a separable head alone when it reorders', () => {
    const config = chain(
      [1, 1, 2],
      [
        ['SeparableConv2D', { filters: 2, kernel_size: 1 }],
        ['GlobalAveragePooling2D', {}],
      ],
    );
    const before = counting(config);
    const { weights } = adaptHead({ config, weights: before }, { from: ['a', 'b'], to: ['b', 'a'] }, random());
    expect(dataOf(weights, 'layer_1/depthwise_kernel')).toEqual([0, 1]);
    expect(dataOf(weights, 'layer_1/pointwise_kernel')).toEqual([1, 0, 3, 2]);
    expect(dataOf(before, 'layer_1/pointwise_kernel')).toEqual([0, 1, 2, 3]);
  });

  test('draws a new head for other classes as a new network does, and keeps the rest', () => {
    const architecture = (classes: number) => buildArchitecture('mini-xception', { inputShape: [48, 48, 1], classes });
    const old = { config: architecture(3), weights: counting(architecture(3)) };
    const to = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const { config, weights, head } = adaptHead(old, { from: ['x', 'y', 'z'], to }, random());
    expect(head).toBe('replaced');
    expect(layerShapes(config).get('predictions')!.output).toEqual([7]);
    expect([...weights.keys()]).toEqual([...old.weights.keys()]);
    const fresh = initialiseWeights(architecture(7), random());
    for (const [name, weight] of weights) {
      const expected = name.startsWith('conv2d_7/') ? fresh : old.weights;
      expect({ name, weight }).toEqual({ name, weight: expected.get(name) });
    }
  });

  test('replaces a head of as many but other classes, and one whose initialiser nobody here knows', () => {
    const config = chain([2], [['Dense', { units: 2, kernel_initializer: { class_name: 'Orthogonal', config: {} } }]]);
    const model = { config, weights: counting(config) };
    const adapted = adaptHead(model, { from: ['no', 'yes'], to: ['no', 'maybe'] }, random());
    expect(adapted.head).toBe('replaced');
    expect(Math.max(...dataOf(adapted.weights, 'layer_1/kernel').map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(6 / 4));
    expect(dataOf(adapted.weights, 'layer_1/bias')).toEqual([0, 0]);
    expect(dataOf(model.weights, 'layer_1/kernel')).toEqual([0, 1, 2, 3]);
  });

  test.each([
    ['other', ['a', 'b', 'c', 'd', 'e']],
    ['the same', ['d', 'c', 'b', 'a']],
  ])('refuses a head that makes a class per pixel, for %s classes', (_, to) => {
    const config = chain(
      [2, 2, 1],
      [
        ['Conv2D', { filters: 1, kernel_size: 1 }],
        ['Flatten', {}],
      ],
    );
    const model = { config, weights: counting(config) };
    expect(() => adaptHead(model, { from: ['a', 'b', 'c', 'd'], to }, random())).toThrow(
      expect.objectContaining({ code: 'MODEL_UNSUPPORTED' }),
    );
  });
});
