/** What is assumed of a file, what its user may say, and what contradicts it. */
import { basename } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { completeCard, type CardAssumptions } from '../../../src/model/formats/completeCard.js';
import { labelOrders } from '../../../src/model/formats/labelOrders.js';
import type { StoredModel } from '../../../src/model/formats/storedModel.js';
import type { LayersConfig, ModelFile } from '../../../src/model/modelFile.js';
import { weightSpecs, elementCount } from '../../../src/model/weightSpecs.js';
import { version } from '../../../src/version.js';
import { chain, tinyModel } from '../fixtureModel.js';

/** A file without a card: pictures of any shape to `classes`. */
function foreign(classes: number, inputShape: readonly unknown[] = [48, 48, 1], activation = 'softmax'): StoredModel {
  const config = chain(inputShape as number[], [
    ['Conv2D', { filters: classes, kernel_size: 3 }],
    ['GlobalAveragePooling2D', {}],
    ['Activation', { activation }],
  ]);
  const weights: ModelFile['weights'] = new Map(
    weightSpecs(config).map(({ name, shape }) => [name, { shape, data: new Float32Array(elementCount(shape)) }]),
  );
  return { config, weights, card: undefined, format: 'keras-h5', writer: 'Keras 2.0.5', remarks: [] };
}

/** A file with the card of `tinyModel`: classes no and yes, 2x2x1, minus-one-to-one. */
function carded(changes: Record<string, unknown> = {}): StoredModel {
  const { config, weights, card } = tinyModel();
  return { config, weights, card: { ...card, ...changes }, format: 'layers', writer: 'fer 0.1.0', remarks: [] };
}

function errorOf(stored: StoredModel, assumptions: CardAssumptions = {}): { code: string; message: string } {
  try {
    completeCard(stored, assumptions, 'folder/emotions.h5');
  } catch (error) {
    return error as { code: string; message: string };
  }
  return { code: 'none', message: '' };
}

describe('a file with a card', () => {
  test('is taken at its word', () => {
    const stored = carded({ scaling: 'zero-to-one', temperature: 1.5 });
    expect(completeCard(stored, {}, 'x')).toEqual({ config: stored.config, card: stored.card, assumed: [] });
  });

  test.each<CardAssumptions>([
    { labels: ['no', 'yes'] },
    { labels: ['No', 'YES'] },
    { scaling: 'minus-one-to-one' },
    { inputSize: 2 },
    { labels: ['no', 'yes'], scaling: 'minus-one-to-one', inputSize: 2 },
  ])('may be told what it says: %j', (assumptions) => {
    expect(completeCard(carded(), assumptions, 'x').assumed).toEqual([]);
  });

  test.each<[CardAssumptions, string]>([
    [{ labels: ['yes', 'no'] }, 'its model card says classes no, yes, the setting says labels yes, no.'],
    [{ labels: ['no', 'maybe'] }, 'its model card says classes no, yes, the setting says labels no, maybe.'],
    [{ scaling: 'none' }, 'its model card says scaling minus-one-to-one, the setting says scaling none.'],
    [{ inputSize: 48 }, 'the file says an input of 2x2, the setting says input size 48.'],
  ])('may not be contradicted: %j', (assumptions, problem) => {
    const { code, message } = errorOf(carded(), assumptions);
    expect(code).toBe('CONFIG_INVALID');
    expect(message).toContain(`folder/emotions.h5: ${problem}`);
    expect(message).toContain('Leave the setting out');
  });

  test.each<[Record<string, unknown>, string]>([
    [{ licence: undefined }, 'the model card lacks licence'],
    [{ scaling: 'guess' }, 'the model card lacks scaling'],
    [{ inputShape: [3, 3, 1] }, 'the card says input [3, 3, 1], the layers take [2, 2, 1]'],
    [{ classNames: ['a', 'b', 'c'] }, 'the card names 3 classes, the layers give [2]'],
  ])('must be whole and fit: %j', (changes, problem) => {
    expect(errorOf(carded(changes))).toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(problem),
    });
  });
});

describe('a file without a card', () => {
  test('of seven classes is taken for one of FER-2013, scaled as the authors of mini-Xception do', () => {
    const stored = foreign(7, [64, 64, 1]);
    const { config, card, assumed } = completeCard(stored, {}, 'folder/fer2013_mini_XCEPTION.102-0.66.hdf5');
    expect(config).toBe(stored.config);
    expect(card).toEqual({
      name: 'fer2013_mini_XCEPTION.102-0.66',
      classNames: labelOrders.fer2013,
      inputShape: [64, 64, 1],
      scaling: 'minus-one-to-one',
      resizeFilter: 'bilinear-half-pixel',
      dataHash: 'unknown',
      seed: 0,
      metrics: [],
      licence: 'unknown: the file does not say',
      version,
      description: expect.stringContaining('Keras 2.0.5'),
      guessed: ['classNames', 'scaling'],
    });
    expect(assumed).toEqual([
      { field: 'classNames', value: labelOrders.fer2013, from: 'default' },
      { field: 'scaling', value: 'minus-one-to-one', from: 'default' },
      { field: 'resizeFilter', value: 'bilinear-half-pixel', from: 'default' },
    ]);
  });

  test('is what its user says', () => {
    const told = { labels: labelOrders['face-api'], scaling: 'zero-to-one' } as const;
    const { card, assumed } = completeCard(foreign(7), told, 'runs/face/model.json');
    expect(card).toMatchObject({ name: 'face', classNames: told.labels, scaling: 'zero-to-one' });
    expect(assumed.map(({ field, from }) => `${field} ${from}`)).toEqual([
      'classNames user',
      'scaling user',
      'resizeFilter default',
    ]);
  });

  test('keeps its guesses apart in the card, so that they can be corrected behind an export', () => {
    const guessed = { ...foreign(7), card: completeCard(foreign(7), { scaling: 'zero-to-one' }, 'a.h5').card };
    const again = completeCard(guessed, {}, 'a.h5');
    expect(again.card).toEqual(guessed.card);
    expect(again.assumed).toEqual([{ field: 'classNames', value: labelOrders.fer2013, from: 'default' }]);
    const corrected = completeCard(guessed, { labels: labelOrders.alphabetical }, 'a.h5');
    expect(corrected.card.classNames).toEqual(labelOrders.alphabetical);
    expect(corrected.card).not.toHaveProperty('guessed');
    expect(errorOf(guessed, { scaling: 'none' }).message).toContain('the setting says scaling none');
  });

  test.each([
    ['a/emotions.v2.h5', 'emotions.v2'],
    ['a/b/model.json', 'b'],
    ['/model.json', 'model'],
    ['a/red\u001b[31m.h5', 'red [31m'],
    ['model.json', basename(process.cwd())],
  ])('at %j is called %s', (path, name) => {
    expect(completeCard(foreign(7), {}, path).card.name).toBe(name);
  });

  test('of another number of classes wants labels, and is offered the known orders', () => {
    expect(errorOf(foreign(8))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/does not name its 8 classes.* ferplus, hsemotion-8, affectnet-8, or 8 names/),
    });
    expect(errorOf(foreign(3)).message).toContain('as labels: with 3 names and commas');
    const { card } = completeCard(foreign(3), { labels: ['a', 'b', 'c'] }, 'x.h5');
    expect(card.classNames).toEqual(['a', 'b', 'c']);
  });

  test.each([
    [7, labelOrders.ferplus],
    [8, labelOrders.fer2013],
    [2, ['a', 'b', 'c']],
  ])('of %i outputs refuses other labels', (outputs, labels) => {
    const { code, message } = errorOf(foreign(outputs), { labels });
    expect(code).toBe('CONFIG_INVALID');
    expect(message).toContain(`expected a label for each of its ${outputs} outputs, got ${labels.length} labels (`);
  });

  test('refuses the same label twice', () => {
    expect(errorOf(foreign(2), { labels: ['a', 'a'] }).message).toContain('two or more different names');
  });

  test('of a fixed size refuses another one', () => {
    expect(completeCard(foreign(7), { inputSize: 48 }, 'x').assumed).toHaveLength(3);
    const { code, message } = errorOf(foreign(7), { inputSize: 64 });
    expect(code).toBe('CONFIG_INVALID');
    expect(message).toContain('the file says an input of 48x48, the setting says input size 64');
  });

  test('of an open size wants to be told', () => {
    const open = foreign(7, [null, null, 1]);
    expect(errorOf(open)).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('leaves the size of its input open. Say which it was trained with'),
    });
    const { config, card, assumed } = completeCard(open, { inputSize: 64 }, 'x');
    expect(card.inputShape).toEqual([64, 64, 1]);
    expect(inputOf(config)).toEqual([null, 64, 64, 1]);
    expect(inputOf(open.config)).toEqual([null, null, null, 1]); // what was read is not changed
    expect(assumed[0]).toEqual({ field: 'inputShape', value: [64, 64, 1], from: 'user' });
  });

  test('of a half open size takes only the other half', () => {
    const half = foreign(7, [null, 48, 1]);
    expect(completeCard(half, { inputSize: 48 }, 'x').card.inputShape).toEqual([48, 48, 1]);
    expect(errorOf(half, { inputSize: 64 }).message).toContain('the file says an input of anyx48');
  });

  test.each([
    ['no probabilities', foreign(7, [48, 48, 1], 'linear'), 'layer_3 (Activation) of [7]'],
    ['one probability', foreign(1), 'layer_3 (Activation) of [1]'],
    ['pictures', { ...foreign(7), config: chain([8, 8, 1], [['Softmax', {}]]) }, 'layer_1 (Softmax) of [8, 8, 1]'],
    [
      'features for input',
      { ...foreign(7), config: chain([9], [['Softmax', {}]]) },
      'one picture [height, width, channels], got an input of [9]',
    ],
    ['two outputs', { ...foreign(7), config: twoEnds('output_layers') }, 'got 2 outputs'],
    ['two inputs', { ...foreign(7), config: twoEnds('input_layers') }, 'got 2 inputs'],
  ])('must be a classifier of one picture: %s', (_what, stored, problem) => {
    expect(errorOf(stored)).toMatchObject({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining(problem) });
  });
});

function inputOf(config: LayersConfig): unknown {
  return config.config.layers[0]!.config['batch_input_shape'];
}

function twoEnds(side: 'input_layers' | 'output_layers'): LayersConfig {
  const { config } = foreign(7);
  return { ...config, config: { ...config.config, [side]: [...config.config[side], ...config.config[side]] } };
}
