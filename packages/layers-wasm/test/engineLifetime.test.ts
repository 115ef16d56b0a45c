/** From compile to close: what comes in between, after, and when neither happens in order. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { Network } from '../src/types.js';
import { seededBatch } from './batches.js';
import { narrowMiniXception } from './networks.js';
import { separable } from './networks/convolutions.js';
import { poolings } from './networks/poolings.js';

const { config, weights } = narrowMiniXception;
const batch = seededBatch(narrowMiniXception, 0, { count: 9 });
const start = (threads: number) => compile(config, weights, { batchSize: 9, threads, averageDecay: 0.9 });
const closed = expect.objectContaining({ code: 'CLOSED' });

describe('close', () => {
  const plain = { network: poolings(), options: { optimizer: { kind: 'sgd' } } } as const;
  test.each([
    { kind: 'averages', threads: 1, network: narrowMiniXception, options: { averageDecay: 0.9 } },
    { kind: 'averages', threads: 2, network: narrowMiniXception, options: { averageDecay: 0.9 } },
    { kind: 'no slots and no penalty', threads: 1, ...plain },
    { kind: 'no slots and no penalty', threads: 2, ...plain },
    { kind: 'inference only', threads: 1, network: poolings(), options: { inferenceOnly: true } },
  ])('every call after it says so before anything else: $kind, $threads threads', async (given) => {
    const { threads, options } = given;
    const network = await compile(given.network.config, given.network.weights, { batchSize: 9, threads, ...options });
    const held = network.readWeights();
    await Promise.all([network.close(), network.close()]);
    const { images } = seededBatch(given.network, 0, { count: 9 });
    const calls: Record<string, (network: Network) => unknown> = {
      trainStep: (n) => n.trainStep({ images, labels: new Uint8Array(9), count: 9, learningRate: 0.01 }),
      'trainStep of too much': (n) => n.trainStep({ images, labels: new Uint8Array(9), count: 99, learningRate: NaN }),
      predict: (n) => n.predict(images, 9),
      'predict of nothing': (n) => n.predict(images, 0),
      regularizationLoss: (n) => n.regularizationLoss(),
      readWeights: (n) => n.readWeights(),
      writeWeights: (n) => n.writeWeights(held),
      'writeWeights of none': (n) => n.writeWeights(new Map()),
      readAverages: (n) => n.readAverages(),
      readProfile: (n) => n.readProfile(),
      readOptimizer: (n) => n.readOptimizer(),
      writeOptimizer: (n) => n.writeOptimizer({ step: 0, slots: {} }),
      carryOptimizer: (n) => n.carryOptimizer({ step: -1, slots: {} }),
      readGradients: (n) => n.readGradients(),
    };
    for (const [name, call] of Object.entries(calls)) {
      expect({ name, error: errorOf(() => call(network)) }).toEqual({ name, error: closed });
    }
    expect(held).toEqual(given.network.weights);
    await network.close();
  });

  test('a step that has begun is over before anything else on its thread, also with the close behind it', async () => {
    const [network, twin] = [await start(2), await start(2)];
    const step = Promise.resolve().then(() => network.trainStep(batch));
    const closing = Promise.resolve().then(() => network.close());
    expect(await step).toEqual(twin.trainStep(batch));
    await closing;
    await twin.close();
  });

  test('a batch that closes the network while it is read fails like any call after close', async () => {
    const network = await start(2);
    let closing: Promise<void> | undefined;
    const treacherous = {
      ...batch,
      get labels() {
        closing ??= network.close();
        return batch.labels;
      },
    };
    expect(() => network.trainStep(treacherous)).toThrow(closed);
    await closing;
  });
});

test('two networks in turns give what each gives alone', async () => {
  const other = separable();
  const small = seededBatch(other, 0, { count: 5 });
  const startOther = () => compile(other.config, other.weights, { batchSize: 5, threads: 3 });
  const [first, second] = [await start(2), await startOther()];
  const together = [0, 1, 2].map(() => [first.trainStep(batch), second.trainStep(small)]);
  const [firstAlone, secondAlone] = [await start(2), await startOther()];
  const apart = [[0, 1, 2].map(() => firstAlone.trainStep(batch)), [0, 1, 2].map(() => secondAlone.trainStep(small))];
  expect(together.map(([loss]) => loss)).toEqual(apart[0]);
  expect(together.map(([, loss]) => loss)).toEqual(apart[1]);
  expect(first.readWeights()).toEqual(firstAlone.readWeights());
  await Promise.all([first, second, firstAlone, secondAlone].map((network) => network.close()));
});

/** 15 MB of memory and some 9 MB a worker: if either stayed, 25 of them would be far beyond the bound. */
test.each([1, 2])('35 networks one after the other take the memory of a few: %i threads', async (threads) => {
  const network = poolings();
  const large = seededBatch(network, 0, { count: 1024 });
  let before = 0;
  for (let cycle = 0; cycle < 35; cycle++) {
    const engine = await compile(network.config, network.weights, { batchSize: 1024, threads });
    engine.trainStep(large);
    await engine.close();
    if (cycle === 9) before = process.memoryUsage().rss;
  }
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(80);
});

describe('a process ends by itself', () => {
  const script = fileURLToPath(new URL('./runtime/abandonedNetwork.js', import.meta.url));
  test.each([
    ['unclosed', 'with a network that is not closed'],
    ['failed', 'after a compilation that failed'],
    ['terminated', 'after a worker that trained was terminated'],
  ])('%s: %s', async (manner) => {
    const { stdout } = await promisify(execFile)(process.execPath, [script, manner], { timeout: 30_000 });
    expect(stdout).toBe('done\n');
  });
});

test('threads start in a process that was given its program as text', async () => {
  const module = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { compile } from ${module('../src/index.js')};
    import { narrowMiniXception } from ${module('./networks.js')};
    const { config, weights } = narrowMiniXception;
    const network = await compile(config, weights, { batchSize: 8, threads: 2 });
    console.log(network.build.threads);
    await network.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout).toBe('2\n');
});

function errorOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
