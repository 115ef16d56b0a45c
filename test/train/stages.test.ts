import { describe, expect, test } from '@jest/globals';
import { miniXception } from '../../src/model/architectures/miniXception.js';
import { weightedLayers } from '../../src/model/trainability.js';
import { weightSpecs } from '../../src/model/weightSpecs.js';
import { planStages } from '../../src/train/stages.js';

const network = miniXception({ inputShape: [48, 48, 1], classes: 7 });
const whole = { freeze: [], unfreezeAt: 0, layerRates: {} };

describe('planStages', () => {
  test('nothing asked for is nothing frozen at one rate', () => {
    const stages = planStages(whole, network);
    expect([stages.frozen, stages.frozenIn(1), stages.learningRateFactors.size]).toEqual([[], [], 0]);
  });

  test('layers wait until the epoch in which they train, or for ever', () => {
    const freeze = ['conv2d_2', 'conv2d_1'];
    const stages = planStages({ ...whole, freeze, unfreezeAt: 3 }, network);
    expect(stages.frozen).toEqual(['conv2d_1', 'conv2d_2']); // in the network's order
    expect([0, 1, 2, 3, 4].map((epoch) => stages.frozenIn(epoch).length)).toEqual([2, 2, 2, 0, 0]);
    expect(planStages({ ...whole, freeze }, network).frozenIn(1000)).toHaveLength(2);
  });

  test('every weight of a layer gets the factor of the last pattern that means it', () => {
    const layerRates = { 'conv2d_*': 0.5, conv2d_1: 0.25, conv2d_7: 2 };
    const { learningRateFactors } = planStages({ ...whole, layerRates }, network);
    const expected = weightSpecs(network).flatMap(({ name, layer }) => {
      const factor = { conv2d_1: 0.25, conv2d_7: 2 }[layer] ?? (layer.startsWith('conv2d_') ? 0.5 : undefined);
      return factor === undefined ? [] : [[name, factor] as const];
    });
    expect([...learningRateFactors]).toEqual(expected);
    expect(learningRateFactors.get('conv2d_7/bias')).toBe(2);
    expect([
      ...planStages({ ...whole, layerRates: { conv2d_1: 0.25, '*': 0.5 } }, network).learningRateFactors.values(),
    ]).not.toContain(0.25);
  });

  test.each([
    ['a pattern without layers', { freeze: ['dense_*'] }, /^freeze: expected "dense_\*" .*got none.*conv2d_1/],
    ['a rate without layers', { layerRates: { dense_1: 2 } }, /^layerRates: expected "dense_1"/],
    ['every layer', { freeze: weightedLayers(network) }, /^freeze: expected to leave a layer to train.*conv2d_7/],
  ])('%s is an error', (_, config, message) => {
    expect(() => planStages({ ...whole, ...config }, network)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) as unknown }),
    );
  });
});
