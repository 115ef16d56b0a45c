import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { resolveTrainConfig, type PartialTrainConfig } from '../../src/train/config.js';
import { loadTrainingData, type TrainingData } from '../../src/train/trainingData.js';
import { makeFaces } from './smallRun.js';

let folder: string;
beforeAll(async () => {
  ({ folder } = await makeFaces());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Training rows per class, then one PublicTest and one PrivateTest row of each; the grey level tells the split. */
const splits = [
  ['Training', 10],
  ['PublicTest', 20],
  ['PrivateTest', 30],
] as const;

function csvOf(trainingCounts: readonly number[], usage = true): string {
  const pixels = (grey: number): string =>
    Array<number>(48 * 48)
      .fill(grey)
      .join(' ');
  const rows = splits.flatMap(([split, grey]) =>
    trainingCounts.flatMap((count, label) =>
      Array<string>(split === 'Training' ? count : 1).fill(`${label},${pixels(grey)}${usage ? `,${split}` : ''}`),
    ),
  );
  return [usage ? 'emotion,pixels,Usage' : 'emotion,pixels', ...rows, ''].join('\n');
}

/** Rows with the same pixels would all be drawn into one split, so the first pixel of each differs. */
function csvWithoutUsage(): string {
  const [header, ...rows] = csvOf([20, 20, 20, 20, 20, 20, 20], false).trimEnd().split('\n');
  return [header, ...rows.map((row, index) => row.replace(/,\d+/, `,${index}`)), ''].join('\n');
}

async function load(csv: string, partial: PartialTrainConfig = {}): Promise<TrainingData> {
  const data = join(folder, 'rows.csv');
  await writeFile(data, csv);
  const config = resolveTrainConfig({ data, ...partial });
  return loadTrainingData(config, config.inputSize!);
}

const counts = [4, 2, 4, 8, 4, 4, 4];

describe('loadTrainingData', () => {
  test('Training trains, PublicTest selects, and no PrivateTest pixel is among them', async () => {
    const { training, validation, record, warnings, classWeights } = await load(csvOf(counts));
    expect([training.count, new Set(training.pixels)]).toEqual([30, new Set([10])]);
    expect([validation.count, new Set(validation.pixels)]).toEqual([7, new Set([20])]);
    expect(Object.values(record.splits.Training)).toEqual(counts);
    expect(record).toMatchObject({ hasUsage: true, badRows: 0, trainingRows: 30 });
    expect(record.splits.PublicTest).toMatchObject({ disgust: 1, happy: 1 });
    expect([warnings, classWeights]).toEqual([[], undefined]);
    // Shared already, so that the batch workers need no second copy.
    expect(training.pixels.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('balanced class weights are n / (classes * n_class)', async () => {
    const { classWeights } = await load(csvOf(counts), { classWeights: 'balanced' });
    expect(classWeights?.[1]).toBeCloseTo(30 / (7 * 2), 6);
    expect(classWeights?.[3]).toBeCloseTo(30 / (7 * 8), 6);
  });

  test('SMOTE fills the training rows and leaves record and validation as they were', async () => {
    const { training, validation, record } = await load(csvOf(counts), { smote: 'auto', smoteNeighbours: 1 });
    expect(training.count).toBe(7 * 8);
    expect(validation.count).toBe(7);
    expect(Object.values(record.splits.Training)).toEqual(counts);
    expect(record.trainingRows).toBe(56);
  });

  test('sample weights come from their file, with its hash in the record, and SMOTE’s rows weigh 1', async () => {
    const sampleWeights = join(folder, 'weights.csv');
    const weights = Array.from({ length: 30 }, (_, row) => row / 4);
    await writeFile(sampleWeights, ['weight', ...weights, ''].join('\n'));
    const plain = await load(csvOf(counts), { sampleWeights });
    expect(plain.sampleWeights).toEqual(Float32Array.from(weights));
    expect(plain.record.sampleWeights).toEqual({
      path: sampleWeights,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
    const filled = await load(csvOf(counts), { sampleWeights, smote: 'auto', smoteNeighbours: 1 });
    expect(filled.sampleWeights).toEqual(Float32Array.from([...weights, ...new Array<number>(26).fill(1)]));
    const without = await load(csvOf(counts));
    expect([without.sampleWeights, without.record]).toEqual([
      undefined,
      expect.not.objectContaining({ sampleWeights }),
    ]);
  });

  test('as many sample weights as Training rows are expected, not as rows of the file', async () => {
    const sampleWeights = join(folder, 'weights.csv');
    await writeFile(sampleWeights, ['weight', ...new Array<number>(44).fill(1), ''].join('\n'));
    await expect(load(csvOf(counts), { sampleWeights })).rejects.toThrow(
      /expected 30 weights, one for each of the Training rows of .*rows\.csv in their order; got 44/,
    );
  });

  test('sample weights beside data without a Usage column are refused', async () => {
    const attempt = load(csvWithoutUsage(), { sampleWeights: 'weights.csv' });
    await expect(attempt).rejects.toThrow(
      /^sampleWeights: expected data that names its Training rows; .* no Usage column/,
    );
  });

  test('images are brought to the input size', async () => {
    const { training, validation } = await load(csvOf(counts), { inputSize: 64 });
    expect(training).toMatchObject({ height: 64, width: 64 });
    expect(training.pixels).toHaveLength(30 * 64 * 64);
    expect(validation.pixels).toHaveLength(7 * 64 * 64);
  });

  test('a class without a training row and an empty split are refused', async () => {
    await expect(load(csvOf([4, 0, 4, 8, 4, 4, 4]))).rejects.toThrow(/none of disgust/);
    const noValidation = csvOf(counts).replaceAll('PublicTest', 'Training');
    await expect(load(noValidation)).rejects.toThrow(/PublicTest/);
  });

  test('bad rows and a drawn split are told', async () => {
    const { warnings, record } = await load(`${csvOf(counts)}9,1 2 3,Training\n`, { skipBadRows: true });
    expect(record.badRows).toBe(1);
    expect(warnings).toEqual([expect.stringMatching(/^1 bad row of .* is left out/)]);
    const drawn = await load(csvWithoutUsage());
    expect(drawn.warnings).toEqual([expect.stringContaining('no Usage column')]);
  });
});
