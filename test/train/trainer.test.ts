import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readLayersModel } from '../../src/model/formats/layers/layersFormat.js';
import type { PartialTrainConfig } from '../../src/train/config.js';
import type { TrainingEvent } from '../../src/train/events.js';
import { readRunRecord, readState } from '../../src/train/runFolder.js';
import { train, type TrainingResult } from '../../src/train/trainer.js';
import { makeFaces, makeUnbalancedFaces, readBits, smallConfig } from './smallRun.js';

let folder: string;
let data: string;
let runs = 0;
beforeAll(async () => {
  ({ folder, data } = await makeFaces());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function trainSmall(partial: PartialTrainConfig = {}): Promise<TrainingResult & { events: TrainingEvent[] }> {
  const events: TrainingEvent[] = [];
  const runFolder = join(folder, `run${runs++}`);
  const result = await train(smallConfig(data, partial), { runFolder, listener: (event) => events.push(event) });
  return { ...result, events };
}

describe('train', () => {
  test('leaves a complete run folder and tells what happens', async () => {
    const { runFolder, reason, history, events, bestEpoch, metric } = await trainSmall();
    expect((await readdir(runFolder)).sort()).toEqual([
      'history.csv',
      'model.h5',
      'model.json',
      'run.json',
      'state',
      expect.stringMatching(/^weights.*\.bin$/),
    ]);
    expect(reason).toBe('finished');
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    const lowest = Math.min(...history.map(({ validationLoss }) => validationLoss));
    expect(history[bestEpoch - 1]!.validationLoss).toBe(lowest);

    const record = await readRunRecord(runFolder);
    const counts = { angry: 9, disgust: 9, fear: 9, happy: 9, sad: 9, surprise: 9, neutral: 9 };
    expect(record).toMatchObject({ status: 'finished', epochs: 3, bestEpoch, parameters: 58_423, metrics: [metric] });
    expect(record.data).toMatchObject({ path: data, trainingRows: 63, splits: { Training: counts } });
    expect(Object.keys(record.data.splits)).toEqual(['Training', 'PublicTest']);
    expect(metric).toMatchObject({ split: 'PublicTest', count: 14 });
    expect((await readLayersModel(runFolder)).card).toMatchObject({
      metrics: [metric],
      seed: 42,
      dataHash: record.data.hash,
    });
    expect((await readFile(join(runFolder, 'history.csv'), 'utf8')).split('\n')).toHaveLength(5);

    expect(events[0]).toMatchObject({
      type: 'start',
      trainingCount: 63,
      validationCount: 14,
      batchesPerEpoch: 8,
      threads: 1,
    });
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'finished', bestEpoch });
    expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(3);
  });

  test('auto says what it takes, and run.json keeps what was asked for and what trained', async () => {
    const { runFolder, events } = await trainSmall({ engine: 'auto', epochs: 1, batchSize: 63 });
    expect(events[0]).toEqual({ type: 'remark', message: expect.stringMatching(/^Engine \w+ on .+\.$/) });
    const { config, engine } = await readRunRecord(runFolder);
    expect(config.engine).toBe('auto');
    const { name, threads, ...device } = engine;
    expect(events[1]).toMatchObject({ type: 'start', engine: name, threads, ...device });
    expect(engine).toEqual(name === 'wasm' ? { name, threads: 1 } : { name, threads: 1, device: expect.any(String) });
  });

  test('the weights are the same to the bit for 1 and 2 threads', async () => {
    const one = await trainSmall({ epochs: 1, threads: 1 });
    const two = await trainSmall({ epochs: 1, threads: 2 });
    expect(await readBits(two.runFolder)).toEqual(await readBits(one.runFolder));
  });

  test('early stopping ends the run and keeps the best weights', async () => {
    // The rate is far too high from the second epoch on, so the first epochs stay the best.
    const settings = { epochs: 30, patience: 2, learningRate: 0.05, batchSize: 16 } as const;
    const { runFolder, reason, bestEpoch, history, metric } = await trainSmall(settings);
    expect(reason).toBe('early-stopping');
    expect(history).toHaveLength(bestEpoch + 2);
    const best = history[bestEpoch - 1]!;
    expect(best.validationLoss).toBe(Math.min(...history.map(({ validationLoss }) => validationLoss)));
    expect(metric?.accuracy).toBe(best.validationAccuracy);
    const sameEpochs = await trainSmall({ ...settings, epochs: bestEpoch });
    expect((await readBits(runFolder)).model).toEqual((await readBits(sameEpochs.runFolder)).weights);
  });

  test('a loss that is no number ends the run with place, rate and advice; the last good state stays', async () => {
    const attempt = trainSmall({ learningRate: 1e30 });
    await expect(attempt).rejects.toMatchObject({ code: 'TRAINING_DIVERGED' });
    await expect(attempt).rejects.toThrow(/epoch 1, batch \d of 8, learning rate 1e\+30.*lower learning rate/s);
    const runFolder = join(folder, `run${runs - 1}`);
    expect(await readRunRecord(runFolder)).toMatchObject({ status: 'diverged', bestEpoch: 0 });
    expect((await readState(runFolder))?.position.epoch).toBe(1);
  });

  test.each([
    ['published', { class_name: 'L1L2', config: { l1: 0, l2: 0.01 } }],
    [0, null],
  ] as const)('trains the network that is asked for, with L2 penalty %s', async (l2, penalty) => {
    const { runFolder } = await trainSmall({ arch: 'tiny-xception', inputSize: 32, epochs: 1, batchSize: 63, l2 });
    expect(await readRunRecord(runFolder)).toMatchObject({ config: { arch: 'tiny-xception', l2 }, parameters: 18_314 });
    const { config } = await readLayersModel(runFolder);
    expect(config.config.name).toBe('tiny_xception');
    expect(config.config.layers[1]!.config['kernel_regularizer']).toEqual(penalty);
  });

  test('moments that overflow end the run, and no epoch is claimed that was not saved', async () => {
    // A penalty so high that Adam's second moments become infinite in the one step while the loss stays a number.
    const attempt = trainSmall({ epochs: 2, batchSize: 64, l2: 1e22 });
    await expect(attempt).rejects.toThrow(/weight or moment.*epoch 1, batch 1 of 1.*there is no model/s);
    const runFolder = join(folder, `run${runs - 1}`);
    const claims = { status: 'diverged', epochs: 0, bestEpoch: 0, metrics: [] };
    expect(await readRunRecord(runFolder)).toMatchObject(claims);
    expect((await readState(runFolder))?.bestWeights).toBeNull();
    expect(await readdir(runFolder)).not.toContain('model.json');
  });

  test('SMOTE and class weights change the training rows and the loss, never validation', async () => {
    const data = await makeUnbalancedFaces(folder);
    const plain = await trainSmall({ data, epochs: 1 });
    const { Training, PublicTest } = (await readRunRecord(plain.runFolder)).data.splits;
    expect([Training['disgust'], Training['happy']]).toEqual([3, 9]);
    const { weights } = await readBits(plain.runFolder);
    const balances = [
      [{ classWeights: 'balanced' }, 57],
      [{ smote: 'auto', smoteNeighbours: 2 }, 63],
    ] as const;
    for (const [balance, trainingRows] of balances) {
      const run = await trainSmall({ data, epochs: 1, ...balance });
      expect((await readRunRecord(run.runFolder)).data).toMatchObject({
        trainingRows,
        splits: { Training, PublicTest },
      });
      expect(run.metric?.count).toBe(plain.metric!.count);
      expect((await readBits(run.runFolder)).weights).not.toEqual(weights);
      expect((await readLayersModel(run.runFolder)).card.description).toMatch('on the 57 Training rows');
    }
  });

  test('another input size trains on resized faces', async () => {
    const { runFolder } = await trainSmall({ epochs: 1, inputSize: 32 });
    expect((await readLayersModel(runFolder)).card.inputShape).toEqual([32, 32, 1]);
  });

  test('a folder that holds a run is refused before anything is read', async () => {
    const { runFolder } = await trainSmall({ epochs: 1 });
    const attempt = train(smallConfig('nowhere.csv'), { runFolder, listener: () => undefined });
    await expect(attempt).rejects.toMatchObject({ code: 'RUN_EXISTS' });
  });

  test('a folder that was never trained into is not made', async () => {
    const runFolder = join(folder, 'unborn');
    const attempt = train(smallConfig('nowhere.csv'), { runFolder, listener: () => undefined });
    await expect(attempt).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
    expect(await readdir(folder)).not.toContain('unborn');
  });
});
