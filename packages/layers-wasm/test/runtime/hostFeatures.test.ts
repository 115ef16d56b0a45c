/** What a host says of itself, held against what networks come to there. */
import { describe, expect, test } from '@jest/globals';
import { compile, hostFeatures } from '../../src/index.js';
import { featuresOf } from '../../src/runtime/hostFeatures.js';
import { nodeHost } from '../../src/runtime/nodeHost.js';
import { hasRelaxedSimd, hasSimd } from '../../src/runtime/simd.js';
import { separable } from '../networks/convolutions.js';

describe('hostFeatures', () => {
  test('tells what this host has, and changes nothing', async () => {
    const before = hasRelaxedSimd();
    const features = await hostFeatures();
    expect(features).toMatchObject({ threads: nodeHost().processors, sharedMemory: true, simd: hasSimd() });
    expect(features).not.toHaveProperty('whyAlone');
    expect(hasRelaxedSimd()).toBe(before);
  });

  test.each([1, 2])('tells whether wide vectors come of %d threads', async (threads) => {
    const { wideSimd } = await hostFeatures();
    const { config, weights } = separable();
    const network = await compile(config, weights, { batchSize: 2, threads, wide: true, inferenceOnly: true });
    await network.close();
    expect(threads === 1 ? wideSimd.alone : wideSimd.threads).toBe(network.build.wide);
  });

  test('vectors are joined on processors that have wider ones only', async () => {
    const { alone, threads, processor } = (await hostFeatures()).wideSimd;
    expect(processor).toBe(await nodeHost().hasWideVectors());
    expect(processor || !(alone || threads)).toBe(true);
  });

  test('relaxed SIMD is what fast can have', async () => {
    const { relaxedSimd } = await hostFeatures();
    expect(relaxedSimd).toBe(nodeHost().allowRelaxedSimd());
  });

  test('a host of one thread says why, however many processors it has', async () => {
    const whyAlone = 'This page is not isolated.';
    const lacks = { whyAlone, processors: 8, knowsRelaxedSimd: () => false };
    const features = await featuresOf({ ...nodeHost(), ...lacks });
    expect(features).toMatchObject({ threads: 1, whyAlone, relaxedSimd: false });
  });
});
