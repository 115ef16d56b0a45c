import { describe, expect, test } from '@jest/globals';
import { augmentOff } from '../../src/augment/augmentConfig.js';
import { miniXception } from '../../src/model/architectures/miniXception.js';
import { resolveTrainConfig, type PartialTrainConfig } from '../../src/train/config.js';
import { describeModel } from '../../src/train/modelCard.js';
import { beginRecord, type DataRecord, type RunRecord } from '../../src/train/runRecord.js';

const data: DataRecord = {
  path: 'somewhere/faces.csv',
  hash: 'abc',
  hasUsage: true,
  badRows: 0,
  classNames: ['sad', 'happy'],
  splits: { Training: { sad: 200, happy: 1000 }, PublicTest: { sad: 20, happy: 100 } },
  trainingRows: 1200,
};

const network = miniXception({ inputShape: [48, 48, 1], classes: 2 });

function description(
  partial: PartialTrainConfig = {},
  changes: Partial<DataRecord> = {},
  more: Partial<RunRecord> = {},
): string | undefined {
  const config = resolveTrainConfig({ data: data.path, ...partial });
  const record = beginRecord(config, { ...data, ...changes }, { parameters: 1, engine: { name: 'wasm', threads: 1 } });
  return describeModel({ ...record, bestEpoch: 7, ...more }, network).description;
}

describe('the description of a model', () => {
  test('says on what it was trained, and how', () => {
    expect(description()).toBe(
      'Trained on the 1,200 Training rows of faces.csv; augmented (mirror, rotation 10, zoom 0.1, shiftX 0.1, shiftY 0.1); ' +
        'Adam, constant learning rate 0.0001, batch 128; epoch 7 of 50, selected by the loss on PublicTest.',
    );
  });

  test('counts the rows of the file apart from those that SMOTE added', () => {
    const smote = description({ smote: 'auto' }, { trainingRows: 2000 });
    expect(smote).toMatch('Trained on the 1,200 Training rows of faces.csv, which SMOTE made 2,000;');
  });

  test('names class weights, and what augmentation there was', () => {
    const weighted = description({ classWeights: 'balanced', augment: { ...augmentOff, rotation: 5 } });
    expect(weighted).toMatch('faces.csv with balanced class weights; augmented (rotation 5);');
    expect(description({ augment: augmentOff })).toMatch('faces.csv; not augmented;');
  });

  test('names the optimizer with what belongs to it, and what was done besides', () => {
    expect(description({ optimizer: 'adamw' })).toMatch(
      '; AdamW with weight decay 0.004, constant learning rate 0.0001, batch',
    );
    expect(description({ optimizer: 'sgd' })).toMatch('; SGD, constant');
    expect(description({ optimizer: 'sgd', momentum: 0.9 })).toMatch('; SGD with momentum 0.9, constant');
    const nesterov = description({ optimizer: 'sgd', momentum: 0.9, nesterov: true });
    expect(nesterov).toMatch('; SGD with Nesterov momentum 0.9, constant');
    expect(description({ labelSmoothing: 0.1, clipNorm: 1, ema: 0.999 })).toMatch(
      'batch 128, label smoothing 0.1, gradients clipped to norm 1, weights averaged with decay 0.999; epoch 7',
    );
    expect(description({ augment: { ...augmentOff, randomErasing: 0.25, mixup: 0.2 } })).toMatch(
      '; augmented (randomErasing 0.25, mixup 0.2);',
    );
  });

  test('names the file of sample weights, alone and beside class weights and SMOTE', () => {
    const sampleWeights = { path: 'elsewhere/doubtful.csv', hash: 'def' };
    expect(description({}, { sampleWeights })).toMatch('faces.csv with the sample weights of doubtful.csv; augmented');
    expect(description({ classWeights: 'balanced' }, { sampleWeights })).toMatch(
      'faces.csv with balanced class weights and the sample weights of doubtful.csv;',
    );
    expect(description({ smote: 'auto' }, { sampleWeights, trainingRows: 2000 })).toMatch(
      'which SMOTE made 2,000 with the sample weights of doubtful.csv;',
    );
  });

  test('says with which model it began, what became of its head, which layers waited and at which rates', () => {
    const init = {
      path: 'models/base',
      hash: '0123456789abcdef',
      name: 'mini-xception',
      licence: 'MIT',
      classNames: ['calm', 'loud'],
      scaling: 'zero-to-one',
      head: 'replaced',
    } as const;
    const frozenLayers = ['conv2d_1', 'conv2d_2'];
    const partial = { init: 'models/base', freeze: ['conv2d_?'], layerRates: { '*': 0.1, conv2d_7: 2 } };
    expect(description(partial, {}, { init, frozenLayers })).toMatch(
      'faces.csv; begun with mini-xception (weights 0123456789ab, base, licence: MIT) with a new head; conv2d_1, conv2d_2 frozen; ' +
        'learning rates multiplied (* by 0.1, conv2d_7 by 2); augmented',
    );
    const kept = { init: { ...init, head: 'kept' }, frozenLayers } as const;
    expect(description({ ...partial, layerRates: {}, unfreezeAt: 5 }, {}, kept)).toMatch(
      'licence: MIT); conv2d_1, conv2d_2 frozen before epoch 5; augmented',
    );
  });

  test('says when the splits were drawn', () => {
    const drawn = description({}, { hasUsage: false });
    expect(drawn).toMatch(/on PublicTest; faces\.csv names no splits: they were drawn at random\.$/);
  });
});
