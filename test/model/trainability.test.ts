import { describe, expect, test } from '@jest/globals';
import { miniXception } from '../../src/model/architectures/miniXception.js';
import { frozenLayers, selectLayers, weightedLayers, withFrozenLayers } from '../../src/model/trainability.js';
import { chain } from './fixtureModel.js';

const network = miniXception({ inputShape: [48, 48, 1], classes: 7 });
const layers = weightedLayers(network);
const head = 'conv2d_7';

describe('selectLayers', () => {
  test.each<[string, readonly string[]]>([
    ['conv2d_1', ['conv2d_1']],
    ['conv2d_?', ['conv2d_1', 'conv2d_2', 'conv2d_3', 'conv2d_4', 'conv2d_5', 'conv2d_6']],
    ['conv2d_*', ['conv2d_1', 'conv2d_2', 'conv2d_3', 'conv2d_4', 'conv2d_5', 'conv2d_6']],
    ['*_14', ['batch_normalization_14']],
    ['batch*_1?', [10, 11, 12, 13, 14].map((n) => `batch_normalization_${n}`)],
    [head, [head]],
    ['*', layers.filter((name) => name !== head)],
  ])('%s', (pattern, expected) => {
    expect([...selectLayers(network, pattern, 'freeze')].sort()).toEqual([...expected].sort());
  });

  test('takes every other character as it is', () => {
    const odd = chain(
      [2],
      [
        ['Dense', { units: 2 }],
        ['Dense', { units: 2 }],
      ],
    );
    odd.config.layers[1]!.name = 'a.b+(c)[d]{e}^$|\\/-';
    odd.config.layers[2]!.inbound_nodes = [[['a.b+(c)[d]{e}^$|\\/-', 0, 0, {}]]];
    expect(selectLayers(odd, 'a.b+(c)[d]{e}^$|\\/-', 'freeze')).toEqual(['a.b+(c)[d]{e}^$|\\/-']);
    expect(selectLayers(odd, 'a.b+(c)[d]{e}^$|\\/*', 'freeze')).toEqual(['a.b+(c)[d]{e}^$|\\/-']);
    expect(() => selectLayers(odd, 'a?b+(c)[d]{e}^$|\\/-x', 'freeze')).toThrow(/got none/);
  });

  test.each([
    ['dense_1', /freeze: expected "dense_1" to match layers with weights; got none\. The network has conv2d_1, /],
    ['activation_*', /got none/],
    ['conv2d_7*', /got conv2d_7 alone, the head, which takes its full name/],
  ])('%s is an error that lists the layers', (pattern, message) => {
    expect(() => selectLayers(network, pattern, 'freeze')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) as unknown }),
    );
  });
});

describe('withFrozenLayers', () => {
  test('freezes these layers and no others, and shares what it does not change', () => {
    const some = withFrozenLayers(network, ['conv2d_1', 'batch_normalization_3']);
    expect([...frozenLayers(some)].sort()).toEqual(['batch_normalization_3', 'conv2d_1']);
    expect(frozenLayers(network)).toEqual([]);
    expect(withFrozenLayers(some, [])).toEqual(network);
    expect(some.config.layers.filter((layer, i) => layer !== network.config.layers[i])).toHaveLength(2);
  });

  test('says nothing of layers without weights', () => {
    const config = chain([2], [['Softmax', { trainable: false }]]);
    expect(frozenLayers(config)).toEqual([]);
  });
});
