/** The hash names weights: equal for equal ones, different for any change. */
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { modelHash } from '../../src/model/modelHash.js';
import type { NamedWeight } from '../../src/model/modelFile.js';

const weight = (shape: number[], ...data: number[]): NamedWeight => ({ shape, data: Float32Array.from(data) });

test('is SHA-256 of name, shape and little-endian floats', () => {
  // 1 is 0x3f800000 in float32.
  const bytes = Buffer.concat([Buffer.from('dense/bias [1]\n'), Buffer.from([0, 0, 0x80, 0x3f])]);
  expect(modelHash(new Map([['dense/bias', weight([1], 1)]]))).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test('changes with a value, a shape and a name', () => {
  const hashes = [
    new Map([['a', weight([2], 1, 2)]]),
    new Map([['a', weight([2], 1, 3)]]),
    new Map([['a', weight([1, 2], 1, 2)]]),
    new Map([['b', weight([2], 1, 2)]]),
  ].map(modelHash);
  expect(new Set(hashes).size).toBe(4);
});
