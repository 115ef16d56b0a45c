import { describe, expect, test } from '@jest/globals';
import { Random } from '../../src/random.js';
import { mutateBytes } from './mutateBytes.js';
import { mutateJson } from './mutateJson.js';

describe('damage', () => {
  test('to bytes is the same for the same seed, and nearly always is damage', () => {
    const file = Buffer.from(Uint8Array.from({ length: 5000 }, (_, i) => i % 251));
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    const mutated = Array.from({ length: 200 }, (_, i) => hex(mutateBytes(file, new Random(i))));
    expect(mutated).toEqual(Array.from({ length: 200 }, (_, i) => hex(mutateBytes(file, new Random(i)))));
    expect(mutated.filter((bytes) => bytes !== hex(file)).length).toBeGreaterThan(180);
    expect(file.every((byte, i) => byte === i % 251)).toBe(true);
  });

  test('to JSON is JSON again, and nearly always another', () => {
    const json = JSON.stringify({ layers: [{ name: 'a', config: { filters: 8 } }, { name: 'b' }], version: 2 });
    const mutated = Array.from({ length: 200 }, (_, i) => mutateJson(json, new Random(i)));
    expect(mutated).toEqual(Array.from({ length: 200 }, (_, i) => mutateJson(json, new Random(i))));
    for (const text of mutated) JSON.parse(text);
    expect(new Set(mutated).size).toBeGreaterThan(60);
  });
});
