import { expect, test } from '@jest/globals';
import { showJson } from '../../src/model/json.js';

test('showJson shows at most 60 characters', () => {
  expect(showJson({ a: [1, null] })).toBe('{"a":[1,null]}');
  expect(showJson('x'.repeat(58))).toHaveLength(60);
  expect(showJson('x'.repeat(59))).toBe(`"${'x'.repeat(56)}...`);
  expect(showJson(undefined)).toBe('nothing');
});

test('showJson says so of a value that cannot be shown', () => {
  const deep = JSON.parse('['.repeat(1e5) + ']'.repeat(1e5)) as unknown;
  expect(showJson(deep)).toBe('a value nested too deeply');
});
