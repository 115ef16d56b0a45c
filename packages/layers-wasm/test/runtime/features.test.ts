/** Features that a host lacks. */
import { describe, expect, test } from '@jest/globals';
import { demandFeatures, type Features } from '../../src/runtime/features.js';
import type { Host } from '../../src/runtime/host.js';
import { nodeHost } from '../../src/runtime/nodeHost.js';

const plain: Features = { threads: 1, simd: true, fast: false, profile: false };

/** What a host like this one but for `lacks` says to plain code with `features`. */
function refusal(features: Partial<Features>, lacks: Partial<Host> = {}): unknown {
  try {
    demandFeatures({ ...plain, ...features }, { ...nodeHost(), ...lacks });
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('demandFeatures', () => {
  test('asks a host for relaxed SIMD where it is wanted, and nowhere else', () => {
    let asked = 0;
    const lacks = {
      allowRelaxedSimd: () => {
        asked++;
        return false;
      },
    };
    expect(refusal({}, lacks)).toBeUndefined();
    expect(asked).toBe(0);
    expect(refusal({ fast: true }, lacks)).toMatchObject({
      code: 'SIMD_UNAVAILABLE',
      message: expect.stringMatching(/`fast` wants relaxed SIMD.* lacks: expected Node 20.*Leave `fast` out/),
    });
    expect(asked).toBe(1);
    expect(refusal({ fast: true }, { allowRelaxedSimd: () => true })).toBeUndefined();
  });

  test('fast without SIMD and a profile of several threads exclude each other', () => {
    expect(refusal({ fast: true, simd: false })).toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: expect.stringMatching(/`simd: false`/),
    });
    expect(refusal({ profile: true, threads: 2 })).toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: expect.stringMatching(/1 thread, got 2/),
    });
  });

  test('threads where there is one alone', () => {
    const whyAlone = 'This page is not isolated.';
    expect(refusal({ threads: 2 }, { whyAlone })).toMatchObject({
      code: 'THREADS_UNAVAILABLE',
      message: expect.stringContaining(whyAlone),
    });
    expect(refusal({ threads: 2 })).toBeUndefined();
  });
});
