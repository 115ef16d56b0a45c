import { describe, expect, test } from '@jest/globals';
import { createModelCard, looksLikeModelCard, parseModelCard } from '../../src/model/card.js';
import { scalings } from '../../src/scaling.js';
import { version } from '../../src/version.js';

const metric = {
  split: 'PublicTest',
  count: 3589,
  accuracy: 0.62,
  interval: [0.604, 0.636],
  macroF1: 0.57,
  loss: 1.02,
};
const fields = {
  name: 'mini-xception-fer2013',
  classNames: ['no', 'yes'],
  inputShape: [48, 48, 1] as const,
  dataHash: 'abc',
  seed: 1,
  metrics: [{ ...metric, interval: [0.604, 0.636] as const }],
  licence: 'MIT',
};

/** The message of parsing the card with some fields replaced; undefined removes one. */
function problemOf(changes: Record<string, unknown>): string {
  const json = JSON.stringify({ ...createModelCard(fields), ...changes });
  try {
    parseModelCard(JSON.parse(json), 'model.json');
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
}

describe('model card', () => {
  test('is made with the fields that the toolkit itself knows', () => {
    const own = { scaling: 'minus-one-to-one', resizeFilter: 'bilinear-half-pixel', version };
    expect(createModelCard(fields)).toEqual({ ...fields, ...own });
  });

  test('keeps keys that this version does not know', () => {
    const card = { ...createModelCard(fields), temperature: 1.5 };
    expect(parseModelCard(card, 'model.json')).toEqual(card);
    expect(problemOf({ temperature: 1.5, description: 'trained twice' })).toBe('none');
  });

  test.each(scalings)('may say scaling %s', (scaling) => {
    expect(problemOf({ scaling })).toBe('none');
  });

  test('is told from the metadata of other programs', () => {
    expect(looksLikeModelCard(createModelCard(fields))).toBe(true);
    expect(looksLikeModelCard({ classNames: 'damaged' })).toBe(true);
    const others: unknown[] = [
      undefined,
      null,
      'text',
      [],
      {},
      { labels: ['a'] },
      JSON.parse('{"__proto__": {"scaling": 1}}'),
    ];
    expect(others.filter(looksLikeModelCard)).toEqual([]);
  });

  test.each([
    'name',
    'classNames',
    'inputShape',
    'scaling',
    'resizeFilter',
    'dataHash',
    'seed',
    'metrics',
    'licence',
    'version',
  ])('cannot do without %s', (field) => {
    expect(problemOf({ [field]: undefined })).toContain(`model.json: the model card lacks ${field} (expected `);
  });

  test('names every field that is missing or wrong', () => {
    const problem = problemOf({ licence: undefined, classNames: ['no', 'no'] });
    expect(problem).toContain('model.json: the model card lacks');
    expect(problem).toContain('licence (expected a text, got nothing)');
    expect(problem).toContain('classNames (expected two or more different names, got ["no","no"])');
    expect(problem).not.toContain('dataHash');
  });

  test.each<[Record<string, unknown>, string]>([
    [{ inputShape: [48, 48] }, 'inputShape (expected [height, width, channels], got [48,48])'],
    [{ inputShape: [48, 48, 0] }, 'inputShape'],
    [{ scaling: 'mean' }, 'scaling (expected "minus-one-to-one" or "zero-to-one" or "none", got "mean")'],
    [{ scaling: 'constructor' }, 'scaling'],
    [{ resizeFilter: 'nearest' }, 'resizeFilter (expected "bilinear-half-pixel", got "nearest")'],
    [{ name: '\u001b[2Jnet' }, 'name (expected a line of text, got "\\u001b[2Jnet")'],
    [{ classNames: ['no', 'y\nes'] }, 'classNames'],
    [{ seed: 1.5 }, 'seed (expected a whole number, got 1.5)'],
    [{ metrics: [{ ...metric, accuracy: 62 }] }, 'metrics'],
    [{ metrics: [{ ...metric, interval: [0.6] }] }, 'metrics'],
    [{ metrics: [{ ...metric, loss: undefined }] }, 'metrics'],
    [{ description: 5 }, 'description (expected a text or nothing, got 5)'],
  ])('refuses %j', (changes, problem) => {
    expect(problemOf(changes)).toContain(problem);
  });

  test.each([undefined, null, [], 'card'])('refuses %j for a card', (value) => {
    const parse = () => parseModelCard(value, 'model.json');
    expect(parse).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
    expect(parse).toThrow('model.json: expected a model card');
  });
});
