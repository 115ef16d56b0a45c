/** What is said of a host for the default engine, whatever this host has. */
import { describe, expect, test } from '@jest/globals';
import { describeFaster, describeFeatures, type HostFeatures } from '../../src/engine/wasmFeatures.js';

const host = (wideSimd: HostFeatures['wideSimd']): HostFeatures => {
  return { threads: 2, sharedMemory: true, simd: true, relaxedSimd: true, wideSimd };
};
const node20 = { strict: false, fast: false, processor: true };
const node22 = { strict: true, fast: false, processor: true };
const node24 = { strict: true, fast: true, processor: true };
const arm = { strict: false, fast: false, processor: false };

describe('vectors of a host', () => {
  const vectorsOf = (features: HostFeatures) =>
    describeFeatures(features).find(({ name }) => name === 'vectors')?.value;

  test.each([
    [node20, '128-bit'],
    [node22, '256-bit; 128-bit with --fast, which is slower'],
    [node24, '256-bit'],
    [arm, '128-bit; 256-bit wants Node 22, 24 or 26 on x64 with AVX2'],
  ])('of %j are %s', (wideSimd, expected) => {
    expect(vectorsOf(host(wideSimd))).toBe(expected);
  });

  test('are none without SIMD, which no other Node mends', () => {
    const features = { ...host(node20), simd: false };
    expect(vectorsOf(features)).toBe('none, which takes five times as long');
    expect(describeFaster(features)).toBeUndefined();
  });
});

describe('what would be faster', () => {
  test('is a later Node, where the processor has wider vectors than this Node makes use of', () => {
    expect(describeFaster(host(node20))).toContain('Under Node 22');
  });

  test('is unknown where all vectors are used, or there are no wider ones', () => {
    expect(describeFaster(host(node22))).toBeUndefined();
    expect(describeFaster(host(node24))).toBeUndefined();
    expect(describeFaster(host(arm))).toBeUndefined();
  });
});
