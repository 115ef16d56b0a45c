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
    const { wideSimd, relaxedSimd } = await hostFeatures();
    const { config, weights } = separable();
    const widthOf = async (fast: boolean): Promise<boolean> => {
      const network = await compile(config, weights, { batchSize: 2, threads, fast, wide: true, inferenceOnly: true });
      await network.close();
      return network.build.wide;
    };
    expect(wideSimd.strict).toBe(await widthOf(false));
    if (relaxedSimd) expect(wideSimd.fast).toBe(await widthOf(true));
  });

  test('vectors are joined on processors that have wider ones only', async () => {
    const { strict, fast, processor } = (await hostFeatures()).wideSimd;
    expect(processor).toBe(await nodeHost().hasWideVectors());
    expect(processor || !(strict || fast)).toBe(true);
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
