/** The form of code whose vectors V8 can join to 256 bits: the same bits, whether it joins them or not. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { compileForm } from './codeForms.js';
import { engineNetworks, narrowMiniXception, tiledNetworks } from './networks.js';
import { dropoutNetwork } from './networks/connections.js';
import { firstDifference, numbersOf, trainedBatchSize as batchSize } from './trainedNumbers.js';

const networks = [...engineNetworks, ...tiledNetworks, narrowMiniXception, dropoutNetwork()];

describe.each(networks.map((network) => ({ name: network.name, network })))('$name', ({ network }) => {
  test.each([{ simd: true }, { simd: false }])('%j', async ({ simd }) => {
    const [narrow, wide] = [false, true].map((form) => compileForm(network, { batchSize, simd, wide: form }));
    const [plain, joined] = [await numbersOf(network, await narrow!), await numbersOf(network, await wide!)];
    expect(firstDifference(plain, joined)).toBe(-1);
  });
});

interface Outcome {
  readonly joins: boolean;
  readonly hashes: readonly string[];
}

interface Trained {
  readonly code: 'wide' | 'narrow';
  readonly threads: number;
  readonly names: readonly string[];
}

/** Trains in a process of its own, with V8's optimising compiler alone: only that joins vectors. */
async function trainedIn({ code, threads, names }: Trained, ...flags: string[]) {
  const script = fileURLToPath(new URL('./runtime/wideHost.js', import.meta.url));
  const words = ['--no-liftoff', ...flags, script, code, String(threads), ...names];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 2 ** 30 });
  const lines = stdout.trimEnd().split('\n');
  return { ...(JSON.parse(lines.pop()!) as Outcome), trace: lines };
}

test('in optimised code, whose vectors are joined where this host can', async () => {
  const names = networks.map(({ name }) => name);
  const { hashes } = await trainedIn({ code: 'narrow', threads: 1, names });
  expect(hashes).toHaveLength(names.length);
  for (const threads of [1, 2]) {
    const wide = await trainedIn({ code: 'wide', threads, names });
    expect(wide.hashes).toEqual(hashes);
    if (!wide.joins) continue; // Such a host may not know the flag below.
    const one = { code: 'wide', threads, names: [narrowMiniXception.name] } as const;
    const { trace } = await trainedIn(one, '--trace-wasm-revectorize');
    const isJoined = (line: string): boolean => {
      const [, save, cost] = /Save: (\d+), cost: (\d+)/.exec(line) ?? [];
      return Number(save) > Number(cost);
    };
    expect(trace.filter(isJoined).length).toBeGreaterThan(20);
  }
});
