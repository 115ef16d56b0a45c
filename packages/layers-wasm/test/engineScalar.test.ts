/** The same bits with and without vector instructions. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { networks, tiledNetworks } from './networks.js';
import { dropoutNetwork } from './networks/connections.js';
import { separable } from './networks/convolutions.js';
import { firstDifference, trainedNumbers } from './trainedNumbers.js';

test.each([...networks, ...tiledNetworks, dropoutNetwork()].map((network) => ({ name: network.name, network })))(
  '$name',
  async ({ network }) => {
    const vectors = await trainedNumbers(network, { threads: 1, simd: true });
    const lanes = await trainedNumbers(network, { threads: 1, simd: false });
    expect(firstDifference(vectors, lanes)).toBe(-1);
  },
);

/** Without SSE 4.1, V8 has no WebAssembly SIMD. */
const withoutSimd = '--no-enable-sse4-1';
const testOnX64 = process.arch === 'x64' ? test : test.skip;

testOnX64(`a host without SIMD, which is node ${withoutSimd} on x64`, async () => {
  const script = fileURLToPath(new URL('./runtime/scalarHost.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [withoutSimd, script]);
  const numbers = [...(await trainedNumbers(separable(), { threads: 1 }))];
  expect(JSON.parse(stdout)).toEqual({ code: 'SIMD_UNAVAILABLE', numbers });
});
