import { describe, expect, test } from '@jest/globals';
import { classNames as fer2013 } from '../../../src/data/dataset.js';
import { classMeaning } from '../../../src/model/classMeaning.js';
import { labelOrderNames, labelOrders, ordersOf, parseLabels } from '../../../src/model/formats/labelOrders.js';

describe('label orders', () => {
  test('are seven, one of them under two names', () => {
    const orders = labelOrderNames.map((name) => labelOrders[name].map(classMeaning).join());
    expect(labelOrderNames).toHaveLength(8);
    expect(new Set(orders).size).toBe(7);
    expect(orders[labelOrderNames.indexOf('hsemotion-7')]).toBe(orders[labelOrderNames.indexOf('alphabetical')]);
  });

  test.each(labelOrderNames)('%s has each class of FER-2013 once, and contempt where it has eight', (name) => {
    const meanings = labelOrders[name].map(classMeaning).sort();
    const expected = meanings.length === 8 ? [...fer2013, 'contempt'] : [...fer2013];
    expect(meanings).toEqual(expected.sort());
  });

  test('by count', () => {
    expect(ordersOf(8)).toEqual(['ferplus', 'hsemotion-8', 'affectnet-8']);
    expect(ordersOf(3)).toEqual([]);
  });
});

describe('parseLabels', () => {
  test('knows the orders by name', () => {
    expect(parseLabels('ferplus')).toEqual(labelOrders.ferplus);
    expect(parseLabels(' Face-API ')).toEqual(labelOrders['face-api']);
  });

  test('takes names with commas, as they are written', () => {
    expect(parseLabels('Happy, sad ,__proto__')).toEqual(['Happy', 'sad', '__proto__']);
  });

  test.each(['', 'happy', 'fer2014', '__proto__', 'constructor', 'happy,', 'happy,,sad', 'happy,happy'])(
    'refuses %j with the known orders',
    (text) => {
      expect(() => parseLabels(text)).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          message: expect.stringContaining(
            `affectnet-8) or two or more different class names with commas, got "${text}"`,
          ),
        }),
      );
    },
  );
});
