import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Dataset } from '../../src/data/dataset.js';
import { classNames } from '../../src/data/dataset.js';
import { drawActionUnits } from '../../src/data/faces/actionUnits.js';
import { loadDataset } from '../../src/data/loadDataset.js';
import { countClasses, countUsages, selectUsage } from '../../src/data/select.js';
import { drawFace, synthesizeDataset } from '../../src/data/synthesize.js';
import { Random } from '../../src/random.js';

const faces = synthesizeDataset({ count: 700, seed: 1 });

test('as many of each class as asked for, in mixed order, split 80/10/10', () => {
  expect(countClasses(faces)).toEqual([100, 100, 100, 100, 100, 100, 100]);
  expect(countUsages(faces)).toEqual([560, 70, 70]);
  expect(new Set(faces.labels.subarray(0, 30)).size).toBeGreaterThan(4);
  expect(countClasses(selectUsage(faces, 'PublicTest'))).toEqual(Array(7).fill(10));
});

test("FER-2013's shares, rare disgust included", () => {
  const counts = countClasses(synthesizeDataset({ count: 100, seed: 1, balance: 'fer2013' }));
  // 1 of each class and 93 more by 4953, 547, 5121, 8989, 6077, 4002, 6198 of 35,887.
  expect(counts).toEqual([14, 3, 14, 24, 17, 11, 17]);
});

test('a seed draws the same faces, another seed others', () => {
  const again = synthesizeDataset({ count: 14, seed: 3 });
  expect(synthesizeDataset({ count: 14, seed: 3 })).toEqual(again);
  expect(synthesizeDataset({ count: 14, seed: 4 }).hash).not.toBe(again.hash);
});

test.each([6, 7.5, 400_001, 1e9])('%d faces are refused before any is drawn', (count) => {
  const onProgress = (): never => {
    throw new Error('one was drawn');
  };
  expect(() => synthesizeDataset({ count, seed: 1, onProgress })).toThrow(
    `Expected a count of 7 to 400000 faces, got ${count}.`,
  );
});

test('says how far it is', () => {
  const calls: [number, number][] = [];
  synthesizeDataset({ count: 8, seed: 1, onProgress: (...progress) => calls.push(progress) });
  expect(calls).toEqual(Array.from({ length: 8 }, (_, i) => [i + 1, 8]));
});

test('the sample in data/ is what the README says it is', async () => {
  const path = fileURLToPath(new URL('../../../data/synthetic-faces.csv', import.meta.url));
  const { dataset } = await loadDataset(path, { cacheFolder: false });
  const drawn = synthesizeDataset({ count: 70, seed: 2013 });
  expect(dataset.labels).toEqual(drawn.labels);
  expect(dataset.usage).toEqual(drawn.usage);
  // Sines may differ in the last bit between versions of V8, so a level may round the other way.
  const largest = dataset.pixels.reduce((most, level, i) => Math.max(most, Math.abs(level - drawn.pixels[i]!)), 0);
  expect(largest).toBeLessThanOrEqual(1);
});

describe('expressions follow the action units of the literature', () => {
  const mean = (emotion: (typeof classNames)[number], unit: keyof ReturnType<typeof drawActionUnits>): number => {
    let sum = 0;
    for (let i = 0; i < 200; i++) sum += drawActionUnits(emotion, new Random(i))[unit];
    return sum / 200;
  };

  test('each emotion has the highest mean of the unit that names it', () => {
    const signs = [
      ['angry', 'browLower'],
      ['disgust', 'noseWrinkle'],
      ['fear', 'lipStretch'],
      ['happy', 'cornerPull'],
      ['sad', 'cornerDepress'],
      ['surprise', 'jawDrop'],
    ] as const;
    for (const [emotion, unit] of signs) {
      const others = classNames.filter((name) => name !== emotion).map((name) => mean(name, unit));
      expect(mean(emotion, unit)).toBeGreaterThan(Math.max(...others) * 1.3);
    }
  });

  test('an open mouth is darker in the middle: surprise against neutral', () => {
    const mouth = (label: number): number => {
      let sum = 0;
      for (let i = 0; i < 60; i++) {
        const face = drawFace(label, new Random(i));
        for (let y = 34; y < 38; y++) for (let x = 22; x < 26; x++) sum += face[y * 48 + x]!;
      }
      return sum;
    };
    expect(mouth(5)).toBeLessThan(0.7 * mouth(6));
  });
});

describe('no trivial cue tells the classes apart', () => {
  const training = selectUsage(faces, 'Training');
  const test_ = selectUsage(faces, 'PublicTest');

  test('neither brightness nor contrast', () => {
    const accuracy = nearestMeanAccuracy(
      features(training, brightnessAndContrast),
      features(test_, brightnessAndContrast),
    );
    expect(accuracy).toBeLessThan(0.3);
  });

  test('nor the mean picture of each class', () => {
    const accuracy = nearestMeanAccuracy(features(training, standardised), features(test_, standardised));
    expect(accuracy).toBeGreaterThan(1 / 7);
    expect(accuracy).toBeLessThan(0.5);
  });
});

interface Features {
  readonly rows: readonly Float64Array[];
  readonly labels: Uint8Array;
}

function features(dataset: Dataset, extract: (image: Uint8Array) => Float64Array): Features {
  const rows = Array.from({ length: dataset.count }, (_, i) =>
    extract(dataset.pixels.subarray(i * 2304, (i + 1) * 2304)),
  );
  return { rows, labels: dataset.labels };
}

function brightnessAndContrast(image: Uint8Array): Float64Array {
  const mean = image.reduce((sum, level) => sum + level, 0) / image.length;
  const variance = image.reduce((sum, level) => sum + (level - mean) ** 2, 0) / image.length;
  return Float64Array.of(mean, Math.sqrt(variance));
}

function standardised(image: Uint8Array): Float64Array {
  const [mean, deviation] = brightnessAndContrast(image);
  return Float64Array.from(image, (level) => (level - mean!) / (deviation! + 1e-6));
}

/** Share of `test` whose nearest class mean of `training` is its own. */
function nearestMeanAccuracy(training: Features, test_: Features): number {
  const length = training.rows[0]!.length;
  const means = classNames.map(() => new Float64Array(length));
  const counts = classNames.map(() => 0);
  for (const [i, row] of training.rows.entries()) {
    const label = training.labels[i]!;
    counts[label]! += 1;
    for (let j = 0; j < length; j++) means[label]![j]! += row[j]!;
  }
  for (const [label, mean] of means.entries()) for (let j = 0; j < length; j++) mean[j]! /= counts[label]!;
  let correct = 0;
  for (const [i, row] of test_.rows.entries()) {
    const distances = means.map((mean) => mean.reduce((sum, value, j) => sum + (value - row[j]!) ** 2, 0));
    if (distances.indexOf(Math.min(...distances)) === test_.labels[i]) correct++;
  }
  return correct / test_.rows.length;
}
