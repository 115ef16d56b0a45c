/** The form of code whose vectors V8 can join to 256 bits: the same bits, whether it joins them or not. */
import { describe, expect, test } from '@jest/globals';
import { compileForm } from './codeForms.js';
import { engineNetworks, narrowMiniXception, tiledNetworks } from './networks.js';
import { dropoutNetwork } from './networks/connections.js';
import { tiledImages } from './networks/minimalFilters.js';
import { trainedInWideHost } from './runtime/wideHosts.js';
import { firstDifference, numbersOf, trainedBatchSize as batchSize } from './trainedNumbers.js';

const networks = [...engineNetworks, ...tiledNetworks, narrowMiniXception, dropoutNetwork()];

describe.each(networks.map((network) => ({ name: network.name, network })))('$name', ({ network }) => {
  test.each([{ simd: true }, { simd: false }])('%j', async ({ simd }) => {
    const [narrow, wide] = [false, true].map((form) => compileForm(network, { batchSize, simd, wide: form }));
    const [plain, joined] = [await numbersOf(network, await narrow!), await numbersOf(network, await wide!)];
    expect(firstDifference(plain, joined)).toBe(-1);
  });
});

// pinnedBits.test.ts holds what comes of it.
test.each([1, 2])('in optimised code its vectors are joined where this host can: %d threads', async (threads) => {
  const task = { code: 'wide', threads, names: [narrowMiniXception.name] } as const;
  if (!(await trainedInWideHost(task)).joins) return; // Such a host may not know the flag below.
  const { trace } = await trainedInWideHost(task, ['--trace-wasm-revectorize']);
  expect(trace.filter(isJoined).length).toBeGreaterThan(20);
});

// V8 12.4 alone tells of which kernel it speaks; it is also the one that is hard to please.
test('all sums of the weight gradients of minimal filters are joined, where this host tells what it joins', async () => {
  const task = { code: 'named', threads: 1, names: [tiledImages().name] } as const;
  if (!(await trainedInWideHost(task)).joins) return;
  const { trace } = await trainedInWideHost(task, ['--trace-wasm-revectorize']);
  const kernels = trace.join('\n').split('TryRevectorize ').slice(1);
  const verdicts = kernels
    .filter((lines) => lines.startsWith('winograd gradient'))
    .flatMap((lines) => lines.split('\n').filter((line) => line.includes('Save:')));
  expect(verdicts.filter((line) => !isJoined(line))).toEqual([]);
  expect(kernels.length === 0 || verdicts.length > 10).toBe(true);
});

/** Whether V8 found that joining the vectors of a line of its trace saves more than it costs. */
function isJoined(line: string): boolean {
  const [, save, cost] = /Save: (\d+), cost: (\d+)/.exec(line) ?? [];
  return Number(save) > Number(cost);
}
