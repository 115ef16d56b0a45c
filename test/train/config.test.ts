import { describe, expect, test } from '@jest/globals';
import { resolveTrainConfig, trainDefaults, type PartialTrainConfig } from '../../src/train/config.js';

const data = 'fer2013.csv';

describe('resolveTrainConfig', () => {
  test('the defaults are the paper’s', () => {
    expect(resolveTrainConfig({ data })).toEqual({ ...trainDefaults, data });
    expect(trainDefaults).toMatchObject({ epochs: 50, batchSize: 128, learningRate: 1e-4, schedule: 'constant' });
    expect(trainDefaults.augment).toEqual({ mirror: true, rotation: 10, zoom: 0.1, shiftX: 0.1, shiftY: 0.1 });
  });

  test('keeps what is given, deep in augment too, and takes undefined for absent', () => {
    const config = resolveTrainConfig({ data, epochs: 3, seed: undefined, augment: { zoom: 0, rotation: undefined } });
    expect(config).toMatchObject({ epochs: 3, seed: 42, augment: { zoom: 0, rotation: 10, mirror: true } });
  });

  test('a resolved configuration resolves to itself, through JSON too', () => {
    const config = resolveTrainConfig({ data, schedule: 'cosine', warmupEpochs: 2.5, smote: 0.5 });
    expect(resolveTrainConfig(JSON.parse(JSON.stringify(config)) as PartialTrainConfig)).toEqual(config);
  });

  test('an unknown key lists the valid ones', () => {
    const partial = { data, learning_rate: 1e-3 } as PartialTrainConfig;
    expect(() => resolveTrainConfig(partial)).toThrow(/Unknown setting "learning_rate".*learningRate/);
  });

  test.each<[object, string]>([
    [{}, 'data: expected the path of a FER-2013 CSV; got nothing.'],
    [{ data, epochs: 0 }, 'epochs: expected an integer of 1 or more; got 0.'],
    [{ data, epochs: 2.5 }, 'epochs: expected an integer of 1 or more; got 2.5.'],
    [{ data, epochs: '3' }, 'epochs: expected an integer of 1 or more; got "3".'],
    [{ data, l2: -1 }, 'l2: expected published or a number of 0 or more; got -1.'],
    [{ data, l2: 'none' }, 'l2: expected published or a number of 0 or more; got "none".'],
    [{ data, learningRate: 0 }, 'learningRate: expected a number above 0; got 0.'],

    [{ data, learningRate: Infinity }, 'learningRate: expected a number above 0; got Infinity.'],
    [{ data, schedule: 'step' }, 'schedule: expected constant, cosine, plateau; got "step".'],
    [{ data, plateauFactor: 1 }, 'plateauFactor: expected a number between 0 and 1; got 1.'],
    [{ data, seed: -1 }, 'seed: expected an integer from 0 to 4294967295; got -1.'],
    [{ data, skipBadRows: 'yes' }, 'skipBadRows: expected true or false; got "yes".'],
    [{ data, epochs: 2, warmupEpochs: 2 }, 'warmupEpochs: expected fewer than epochs (2); got 2.'],
    [{ data, minimumLearningRate: 1 }, 'minimumLearningRate: expected at most learningRate (0.0001); got 1.'],
    [{ data, augment: 'none' }, 'augment: expected an object of amounts; got "none".'],
  ])('%p is refused with key, expectation and value', (partial, message) => {
    expect(() => resolveTrainConfig(partial as PartialTrainConfig)).toThrow(message);
  });

  test('class weights and SMOTE together are refused', () => {
    expect(() => resolveTrainConfig({ data, classWeights: 'balanced', smote: 'auto' })).toThrow(/Choose one/);
  });
});
