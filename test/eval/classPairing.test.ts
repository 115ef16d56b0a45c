/** Outputs find their classes by what the names mean. */
import { describe, expect, test } from '@jest/globals';
import { classNames as fer2013 } from '../../src/data/dataset.js';
import { pairClasses } from '../../src/eval/classPairing.js';
import { labelOrders, ordersOf } from '../../src/model/formats/labelOrders.js';

function problemOf(model: readonly string[], data: readonly string[]): string {
  try {
    pairClasses(model, data, 'net');
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message}`;
  }
  return 'none';
}

describe('pairClasses', () => {
  test('the order of FER-2013 is the one of the CSV: nothing moves', () => {
    expect(pairClasses(labelOrders.fer2013, fer2013, 'net').outputs).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  // angry, disgust, fear, happy, sad, surprise, neutral
  test.each([
    ['alphabetical', [0, 1, 2, 3, 5, 6, 4]],
    ['hsemotion-7', [0, 1, 2, 3, 5, 6, 4]],
    ['face-api', [3, 5, 4, 1, 2, 6, 0]],
    ['raf-db', [5, 2, 1, 3, 4, 0, 6]],
  ] as const)('%s against FER-2013', (order, outputs) => {
    expect(pairClasses(labelOrders[order], fer2013, 'net')).toEqual({
      classNames: [...fer2013],
      outputs,
      modelOnly: 0,
    });
  });

  test.each([
    ['ferplus', [4, 5, 6, 1, 3, 2, 0, 7], 'contempt'],
    ['hsemotion-8', [0, 2, 3, 4, 6, 7, 5, 1], 'Contempt'],
    ['affectnet-8', [6, 5, 4, 1, 2, 3, 0, 7], 'Contempt'],
  ] as const)('%s has contempt too, which comes last', (order, outputs, contempt) => {
    const pairing = pairClasses(labelOrders[order], fer2013, 'net');
    expect(pairing).toEqual({ classNames: [...fer2013, contempt], outputs, modelOnly: 1 });
    expect(ordersOf(8)).toContain(order);
  });

  test('refuses a model that lacks a class of the data, whatever else it has', () => {
    const problem = problemOf(['happy', 'sad', 'tired'], ['Sadness', 'happiness', 'anger']);
    expect(problem).toMatch(/^DATA_INVALID .* got one without anger: net has happy, sad, tired; the data has Sadness,/);
  });

  test('refuses two names of one meaning', () => {
    expect(problemOf(['happy', 'sad', 'Happiness'], ['happy', 'sad'])).toContain('in net, got happy and Happiness');
    expect(problemOf(['happy', 'sad'], ['sad', 'sadness'])).toContain('in the data, got sad and sadness');
  });
});
