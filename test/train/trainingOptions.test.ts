/** Optimizers, label smoothing, clipping, averages, mixup, erasing and sample weights in whole runs. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { scalePixels } from '../../src/data/scaling.js';
import { wasmEngine } from '../../src/engine/wasm.js';
import { scoreDataset } from '../../src/eval/scores.js';
import { readLayersModel } from '../../src/model/formats/layers/layersFormat.js';
import type { PartialTrainConfig } from '../../src/train/config.js';
import type { TrainingEvent } from '../../src/train/events.js';
import { readRunRecord, readState } from '../../src/train/runFolder.js';
import { loadTrainingData } from '../../src/train/trainingData.js';
import { resumeTraining, train, type TrainingOptions } from '../../src/train/trainer.js';
import { everyStep, makeFaces, makeUnbalancedFaces, readBits, smallConfig, type RunBits } from './smallRun.js';

const silent = (): void => undefined;
let folder: string;
let data: string;
let runs = 0;
beforeAll(async () => {
  ({ folder, data } = await makeFaces());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Trains a small run and gives its folder. */
async function trainSmall(partial: PartialTrainConfig, options: Partial<TrainingOptions> = {}): Promise<string> {
  const runFolder = join(folder, `run${runs++}`);
  await train(smallConfig(data, partial), { runFolder, listener: silent, ...options });
  return runFolder;
}

async function writeWeights(weights: readonly number[]): Promise<string> {
  const path = join(folder, `weights${runs++}.csv`);
  await writeFile(path, ['weight', ...weights, ''].join('\n'));
  return path;
}

/** Everything at once; the faces have 63 Training rows. */
async function everything(): Promise<PartialTrainConfig> {
  return {
    optimizer: 'sgd',
    momentum: 0.9,
    nesterov: true,
    learningRate: 0.01,
    labelSmoothing: 0.1,
    clipNorm: 1,
    ema: 0.9,
    classWeights: 'balanced',
    sampleWeights: await writeWeights(Array.from({ length: 63 }, (_, row) => 0.5 + (row % 5) / 4)),
    augment: { mixup: 0.4, randomErasing: 0.5 },
  };
}

describe('every option', () => {
  let plain: Promise<RunBits> | undefined;

  test('is the same to the bit for 1, 2 and 3 threads, and after an interruption inside an epoch', async () => {
    const config = await everything();
    const whole = await readBits(await trainSmall(config));
    expect(await readBits(await trainSmall({ ...config, threads: 3 }))).toEqual(whole);

    const controller = new AbortController();
    const interrupt = (event: TrainingEvent): void => {
      if (event.type === 'checkpoint' && event.epoch === 2 && event.batch >= 3) controller.abort();
    };
    const options = { listener: interrupt, signal: controller.signal };
    const resumed = await trainSmall({ ...config, checkpointSeconds: everyStep }, options);
    expect(await readRunRecord(resumed)).toMatchObject({ status: 'interrupted', epochs: 1 });
    expect(Object.keys((await readState(resumed))!.optimizer.slots).sort()).toEqual(['averages', 'velocities']);
    await resumeTraining(resumed, { listener: silent, changes: { threads: 2 } });
    expect(await readBits(resumed)).toEqual(whole);
  });

  test('is kept in run.json and in the card', async () => {
    const config = await everything();
    const runFolder = await trainSmall({ ...config, epochs: 1 });
    const { config: kept, data: record } = await readRunRecord(runFolder);
    expect(kept).toMatchObject(config);
    expect(record.sampleWeights).toMatchObject({ path: config.sampleWeights });
    expect((await readLayersModel(runFolder)).card.description).toMatch(
      /class weights and the sample weights of weights\d+\.csv; augmented \(.*randomErasing 0\.5, mixup 0\.4\); SGD with Nesterov momentum 0\.9, .* averaged with decay 0\.9;/,
    );
  });

  test.each<[string, PartialTrainConfig]>([
    ['AdamW', { optimizer: 'adamw', weightDecay: 0.1 }],
    ['SGD', { optimizer: 'sgd' }],
    ['label smoothing', { labelSmoothing: 0.1 }],
    ['clipping', { clipNorm: 0.01 }],
    ['mixup', { augment: { mixup: 0.4 } }],
    ['random erasing', { augment: { randomErasing: 1 } }],
  ])('%s alone leads to other weights', async (_, partial) => {
    plain ??= readBits(await trainSmall({ epochs: 1 }));
    const { weights } = await readBits(await trainSmall({ epochs: 1, ...partial }));
    expect(weights).not.toEqual((await plain).weights);
  });
});

describe('the moving average', () => {
  test('is what is saved and what the metrics are of, while the weights themselves train on as without it', async () => {
    const [plain, averaged] = [await trainSmall({ epochs: 1 }), await trainSmall({ epochs: 1, ema: 0.9 })];
    const [own, other] = [await readBits(plain), await readBits(averaged)];
    expect(other.weights).toEqual(own.weights);
    const { averages, ...slots } = other.slots;
    expect(slots).toEqual(own.slots);
    expect(other.model).toEqual({ ...other.weights, ...averages });
    expect(other.model).not.toEqual(other.weights);

    const { config, weights, card } = await readLayersModel(averaged);
    const model = await wasmEngine.compile(config, weights, { batchSize: 8, threads: 1, seed: 1, inferenceOnly: true });
    const { validation } = await loadTrainingData(smallConfig(data), 48);
    const { loss, metrics } = await scoreDataset(model, validation, { batchSize: 8, toInput: scalePixels });
    expect(card.metrics).toMatchObject([{ loss, accuracy: metrics.accuracy }]);
    const [, line] = (await readFile(join(averaged, 'history.csv'), 'utf8')).split('\n');
    expect(Number(line!.split(',')[3])).toBe(loss + (await model.regularizationLoss()));
    await model.close();
  });
});

describe('sample weights', () => {
  test('of 1 change nothing, of 2 double the cross-entropy, and those of parts add up to the whole', async () => {
    const lossOf = async (runFolder: string): Promise<number> =>
      (await readState(runFolder))!.position.history[0]!.loss;
    // One step from the initial weights, and no penalty.
    const settings = { epochs: 1, batchSize: 63, l2: 0 };
    const plain = await trainSmall(settings);
    const ones = await trainSmall({ ...settings, sampleWeights: await writeWeights(new Array<number>(63).fill(1)) });
    expect((await readBits(ones)).weights).toEqual((await readBits(plain)).weights);
    const twos = await trainSmall({ ...settings, sampleWeights: await writeWeights(new Array<number>(63).fill(2)) });
    expect(await lossOf(twos)).toBeCloseTo(2 * (await lossOf(plain)), 5);
    const isFirst = Array.from({ length: 63 }, (_, row) => (row < 20 ? 1 : 0));
    const first = await trainSmall({ ...settings, sampleWeights: await writeWeights(isFirst) });
    const rest = await trainSmall({ ...settings, sampleWeights: await writeWeights(isFirst.map((one) => 1 - one)) });
    expect((await lossOf(first)) / (await lossOf(plain))).toBeCloseTo(20 / 63, 1);
    expect((await lossOf(first)) + (await lossOf(rest))).toBeCloseTo(await lossOf(plain), 5);
  });

  test('that say what balanced class weights say lead to the same bits', async () => {
    const unbalanced = await makeUnbalancedFaces(folder);
    const config = smallConfig(unbalanced, { classWeights: 'balanced' });
    const { training, classWeights } = await loadTrainingData(config, 48);
    const sampleWeights = await writeWeights(Array.from(training.labels, (label) => classWeights![label]!));
    const settings = { data: unbalanced, epochs: 1 };
    const byClass = await readBits(await trainSmall({ ...settings, classWeights: 'balanced' }));
    const byRow = await readBits(await trainSmall({ ...settings, sampleWeights }));
    expect(byRow.weights).toEqual(byClass.weights);
  });

  test('that changed are refused on resuming', async () => {
    const sampleWeights = await writeWeights(new Array<number>(63).fill(1));
    const runFolder = await trainSmall({ epochs: 1, sampleWeights });
    await writeFile(sampleWeights, ['weight', ...new Array<number>(63).fill(2), ''].join('\n'));
    const attempt = resumeTraining(runFolder, { listener: silent, changes: { epochs: 2 } });
    await expect(attempt).rejects.toMatchObject({ code: 'DATA_INVALID' });
    await expect(attempt).rejects.toThrow(/Expected the sample weights that the run began with/);
  });
});
