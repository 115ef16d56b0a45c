import { describe, expect, test } from '@jest/globals';
import { resolveTrainConfig, trainDefaults, type PartialTrainConfig } from '../../src/train/config.js';

const data = 'fer2013.csv';

describe('resolveTrainConfig', () => {
  test('the defaults are the paper’s', () => {
    expect(resolveTrainConfig({ data })).toEqual({ ...trainDefaults, data });
    expect(trainDefaults).toMatchObject({ epochs: 50, batchSize: 128, learningRate: 1e-4, schedule: 'constant' });
    expect(trainDefaults.augment).toEqual({
      ...{ mirror: true, rotation: 10, zoom: 0.1, shiftX: 0.1, shiftY: 0.1 },
      ...{ randomErasing: 0, mixup: 0 },
    });
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
    [{ data, optimizer: 'rmsprop' }, 'optimizer: expected adam, adamw, sgd; got "rmsprop".'],
    [{ data, optimizer: 'sgd', momentum: 1 }, 'momentum: expected a number from 0 to below 1; got 1.'],
    [{ data, labelSmoothing: 1 }, 'labelSmoothing: expected a number from 0 to below 1; got 1.'],
    [{ data, clipNorm: -1 }, 'clipNorm: expected a number of 0 or more; got -1.'],
    [{ data, ema: 1 }, 'ema: expected a number from 0 to below 1; got 1.'],
    [{ data, sampleWeights: '' }, 'sampleWeights: expected the path of a CSV of weights, or null; got "".'],
    [{ data, epochs: 2, warmupEpochs: 2 }, 'warmupEpochs: expected fewer than epochs (2); got 2.'],
    [{ data, minimumLearningRate: 1 }, 'minimumLearningRate: expected at most learningRate (0.0001); got 1.'],
    [{ data, augment: 'none' }, 'augment: expected an object of amounts; got "none".'],
    [{ data, init: '' }, 'init: expected the path of a model to begin with, or null; got "".'],
    [{ data, freeze: 'conv2d_1' }, 'freeze: expected a list, each a name or pattern of layers; got "conv2d_1".'],
    [{ data, freeze: ['a', ''] }, 'freeze: expected a list, each a name or pattern of layers; got ["a",""].'],
    [{ data, unfreezeAt: -1 }, 'unfreezeAt: expected an integer of 0 or more; got -1.'],
    [{ data, unfreezeAt: 2 }, 'unfreezeAt: expected 0 without freeze: nothing is frozen; got 2.'],
    [
      { data, freeze: ['*'], unfreezeAt: 1 },
      'unfreezeAt: expected an epoch from 2 to epochs (50), or 0 for never; got 1.',
    ],
    [
      { data, freeze: ['*'], unfreezeAt: 51 },
      'unfreezeAt: expected an epoch from 2 to epochs (50), or 0 for never; got 51.',
    ],
    [
      { data, layerRates: { a: 0 } },
      'layerRates: expected an object of a layer or pattern to a number above 0; got {"a":0}.',
    ],
    [
      { data, layerRates: ['a'] },
      'layerRates: expected an object of a layer or pattern to a number above 0; got ["a"].',
    ],
    [{ data, arch: null }, 'arch: expected a value where there is no init; got null.'],
    [{ data, inputSize: null }, 'inputSize: expected a value where there is no init; got null.'],
    [
      { data, labels: ['a', 'b'] },
      'labels: expected null where there is no init, of whose file it tells; got ["a","b"].',
    ],
    [{ data, scaling: 'none' }, 'scaling: expected null where there is no init, of whose file it tells; got "none".'],
    [
      { data, init: 'run', scaling: 'mean' },
      'scaling: expected minus-one-to-one, zero-to-one, none, or null; got "mean".',
    ],
    [{ data, init: 'run', labels: [1, 2] }, 'labels: expected a list, each a class name, or null; got [1,2].'],
    [{ data, init: 'run', labels: 'fer2014' }, 'labels: expected a known order (fer2013, alphabetical,'],
    [
      { data, init: 'run', l2: 0.1 },
      'l2: expected published with init, whose penalties are those of its file; got 0.1.',
    ],
  ])('%p is refused with key, expectation and value', (partial, message) => {
    expect(() => resolveTrainConfig(partial as PartialTrainConfig)).toThrow(message);
  });

  test('weight decay is that of Keras with adamw alone, and 0 can be asked for', () => {
    expect(resolveTrainConfig({ data }).weightDecay).toBe(0);
    expect(resolveTrainConfig({ data, optimizer: 'adamw' }).weightDecay).toBe(0.004);
    expect(resolveTrainConfig({ data, optimizer: 'adamw', weightDecay: 0 }).weightDecay).toBe(0);
    const config = resolveTrainConfig({ data, optimizer: 'adamw', weightDecay: 0.01 });
    expect(resolveTrainConfig(JSON.parse(JSON.stringify(config)) as PartialTrainConfig)).toEqual(config);
  });

  test.each<[PartialTrainConfig, string]>([
    [
      { momentum: 0.9 },
      'momentum: expected 0 with optimizer adam, which has moments of its own; got 0.9. Choose optimizer sgd',
    ],
    [{ optimizer: 'adamw', momentum: 0.9 }, 'momentum: expected 0 with optimizer adamw'],
    [
      { nesterov: true },
      'nesterov: expected false with optimizer adam; got true. Choose optimizer sgd with a momentum',
    ],
    [
      { optimizer: 'sgd', nesterov: true },
      'nesterov: expected false without momentum; got true. Set a momentum, such as 0.9.',
    ],
    [{ weightDecay: 0.004 }, 'weightDecay: expected 0 with optimizer adam; got 0.004. Choose optimizer adamw'],
    [
      { optimizer: 'sgd', weightDecay: 1e-4 },
      'weightDecay: expected 0 with optimizer sgd; got 0.0001. Choose optimizer adamw',
    ],
  ])('%j is refused with what would mend it', (partial, message) => {
    const resolve = (): unknown => resolveTrainConfig({ data, ...partial });
    expect(resolve).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) as unknown }),
    );
  });

  test('a model to begin with decides the network and its size, unless they are said', () => {
    const config = resolveTrainConfig({ data, init: 'run', freeze: ['*'], layerRates: { b: 2, a: 0.5 } });
    expect(config).toMatchObject({ init: 'run', arch: null, inputSize: null, l2: 'published' });
    expect(resolveTrainConfig({ data, init: 'run', arch: 'vgg-13', inputSize: 64 })).toMatchObject({
      arch: 'vgg-13',
      inputSize: 64,
    });
    const again = resolveTrainConfig(JSON.parse(JSON.stringify(config)) as PartialTrainConfig);
    expect(again).toEqual(config);
    expect(Object.keys(again.layerRates)).toEqual(['b', 'a']); // the order counts
  });

  test('a file to begin with may be told its classes, also by the name of an order, and its scaling', () => {
    const config = resolveTrainConfig({ data, init: 'cnn.h5', labels: 'alphabetical', scaling: 'zero-to-one' });
    const labels = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'];
    expect(config).toMatchObject({ labels, scaling: 'zero-to-one' });
    expect(resolveTrainConfig(JSON.parse(JSON.stringify(config)) as PartialTrainConfig)).toEqual(config);
    expect(resolveTrainConfig({ data, init: 'cnn.h5' })).toMatchObject({ labels: null, scaling: null });
    expect(resolveTrainConfig({ data, init: 'cnn.h5', labels: ['no', 'yes'] }).labels).toEqual(['no', 'yes']);
  });

  test('class weights and SMOTE together are refused', () => {
    expect(() => resolveTrainConfig({ data, classWeights: 'balanced', smote: 'auto' })).toThrow(/Choose one/);
  });
});
