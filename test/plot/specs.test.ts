/** Each plot as drawn: the words and numbers that must be on it, and nothing that needs a font. */
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { classCountsSpec } from '../../src/plot/classCountsSpec.js';
import { confusionMatrixSpec, type ConfusionMatrixData } from '../../src/plot/confusionMatrixSpec.js';
import { renderPng, renderSvg } from '../../src/plot/render.js';
import { trainingCurvesSpec } from '../../src/plot/trainingCurvesSpec.js';

/** What stands on a drawing, in drawing order. */
function words(svg: string): string[] {
  return [...svg.matchAll(/<g[^>]* aria-label="([^"]*)"><g/g)].map((match) => match[1]!);
}

const matrix: ConfusionMatrixData = {
  model: { name: 'tiny', hash: 'abc' },
  split: 'PublicTest',
  count: 2000,
  accuracy: 0.75,
  interval: [0.7306, 0.7685],
  classNames: ['sad', 'happy'],
  confusionMatrix: [
    [1200, 300],
    [200, 300],
  ],
};

const history = [1, 2, 3].map((epoch) => ({
  epoch,
  loss: 2 - epoch / 4,
  accuracy: epoch / 10,
  validationLoss: 2 - epoch / 5,
  validationAccuracy: epoch / 12,
}));

describe('confusionMatrixSpec', () => {
  test('shows split, count, accuracy and interval, and each cell with its share of the row', async () => {
    const shown = words(await renderSvg(confusionMatrixSpec(matrix)));
    expect(shown).toEqual(
      expect.arrayContaining([
        'tiny on PublicTest, no test-time augmentation',
        '2,000 images, accuracy 75.0 % (95 % interval 73.1 % to 76.8 %)',
        'true class',
        'predicted class',
        ...['1,200', '80.0 %', '300', '20.0 %', '200', '40.0 %', '60.0 %'],
      ]),
    );
  });

  test('turns names that are wider than a cell and shortens none', async () => {
    const long = 'a class with a very long name';
    const svg = await renderSvg(confusionMatrixSpec({ ...matrix, classNames: [long, 'happy'] }));
    expect(words(svg).filter((word) => word === long)).toHaveLength(2);
    expect(svg).toContain('rotate(315)');
    expect(await renderSvg(confusionMatrixSpec(matrix))).not.toContain('rotate(315)');
  });

  test('draws a row without images as zeros', async () => {
    const confusionMatrix = [
      [4, 0],
      [0, 0],
    ];
    const shown = words(await renderSvg(confusionMatrixSpec({ ...matrix, confusionMatrix })));
    expect(shown.filter((word) => word === '0.0 %')).toHaveLength(3);
  });
});

describe('trainingCurvesSpec', () => {
  test('names the best epoch and both panels', async () => {
    const shown = words(await renderSvg(trainingCurvesSpec(history, { title: 'a run', bestEpoch: 2 })));
    expect(shown).toEqual(expect.arrayContaining(['a run', 'loss', 'accuracy', 'training', 'validation']));
    expect(shown).toContain('best epoch 2 of 3 (dashed line): validation loss 1.6000, accuracy 16.7 %');
  });

  test('draws a lone epoch as points', async () => {
    const svg = await renderSvg(trainingCurvesSpec(history.slice(0, 1), { title: 'a run', bestEpoch: 1 }));
    expect(svg).toContain('best epoch 1 of 1');
    expect(svg).not.toContain('NaN');
  });
});

test('classCountsSpec writes every count and the total', async () => {
  const counts = ['Training', 'PublicTest'].flatMap((split, index) => [
    { className: 'sad', split, count: 1000 + index },
    { className: 'happy', split, count: 10 + index },
  ]);
  const shown = words(await renderSvg(classCountsSpec(counts, { title: 'faces.csv' })));
  expect(shown).toEqual(expect.arrayContaining(['faces.csv', '2,022 images in 2 classes', 'Training', 'PublicTest']));
  expect(shown).toEqual(expect.arrayContaining(['1,000', '1,001', '10', '11', 'sad', 'happy']));
});

describe('rendering', () => {
  test('gives the same bytes again, without any text that needs a font', async () => {
    const draw = (): Promise<string> => renderSvg(confusionMatrixSpec(matrix));
    const [first, second] = [await draw(), await draw()];
    expect(second === first).toBe(true);
    expect(first).not.toContain('<text');
  });

  test('makes a PNG of twice the drawing by default', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect width="30" height="20"/></svg>';
    expect(await sharp(await renderPng(svg)).metadata()).toMatchObject({ format: 'png', width: 60, height: 40 });
    expect(await sharp(await renderPng(svg, { scale: 1 })).metadata()).toMatchObject({ width: 30, height: 20 });
  });

  test('draws letters in a PNG', async () => {
    const svg = await renderSvg({ mark: 'text', data: { values: [{}] }, encoding: { text: { value: 'MMM' } } });
    const { channels } = await sharp(await renderPng(svg)).stats();
    expect(channels[0]!.min).toBeLessThan(100);
  });
});
