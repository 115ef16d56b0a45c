/** Layers that are not trainable as real Keras has them, by the numbers of makeKerasFrozenFixture.py: the reference and the engine. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { compile } from '../../src/index.js';
import { seededBatch } from '../batches.js';
import { digest, digestError, type Digest } from '../digest.js';
import { frozen } from '../frozenLayers.js';
import { outOfOrder } from '../networks/connections.js';
import { ReferenceNetwork } from './network.js';

interface FrozenCase {
  readonly name: string;
  /** Names of layers. */
  readonly frozen: readonly string[];
  /** The step, from 0, from which on every layer is trainable; absent = none. */
  readonly until?: number;
  readonly losses: readonly number[];
  readonly weights: Readonly<Record<string, Digest>>;
}

interface FrozenFixture {
  readonly network: string;
  readonly count: number;
  readonly learningRate: number;
  readonly cases: readonly FrozenCase[];
}

const file = new URL('../../../test/reference/kerasFrozenFixture.json', import.meta.url);
const fixture = JSON.parse(readFileSync(file, 'utf8')) as FrozenFixture;
const network = outOfOrder();
const { count, learningRate } = fixture;
const batchOf = (step: number) => seededBatch(network, step, { count, learningRate, weighted: true });

/** What Keras 3 leaves out of the loss while these layers are frozen: the penalty of the kernels, which stay as they are. */
function frozenPenalty(names: readonly string[]): number {
  const [all, rest] = [network.weights, new Map(network.weights)];
  for (const name of names) {
    const kernel = rest.get(`${name}/kernel`);
    if (kernel) rest.set(`${name}/kernel`, { ...kernel, data: kernel.data.map(() => 0) });
  }
  const [whole, without] = [all, rest].map((weights) => new ReferenceNetwork(network.config, weights).penalty());
  return whole! - without!;
}

function wrong(expected: FrozenCase['weights'], of: (name: string) => ArrayLike<number>, tolerance: number): string[] {
  const isWrong = (name: string): boolean =>
    !(digestError(digest(Float64Array.from(of(name))), expected[name]!) < tolerance);
  return Object.keys(expected).filter(isWrong);
}

test('the fixture is of this network, and some case leaves a penalty out', () => {
  expect(fixture).toMatchObject({ network: network.name, count: 7, learningRate: 2 ** -5 });
  expect(fixture.cases.some(({ frozen: names }) => frozenPenalty(names) > 0.05)).toBe(true);
});

describe.each(fixture.cases)('$name', ({ frozen: names, until = Infinity, losses, weights }) => {
  const penalty = frozenPenalty(names);
  const { config } = frozen(network, names);

  test('the reference', () => {
    const reference = new ReferenceNetwork(config, network.weights, { sgd: {} });
    losses.forEach((expected, step) => {
      if (step === until) reference.frozen.clear();
      const { loss } = reference.trainStep(batchOf(step));
      expect(Math.abs(loss - (step < until ? penalty : 0) - expected)).toBeLessThan(1e-7);
    });
    expect(wrong(weights, (name) => reference.weights.get(name)!.data, 1e-7)).toEqual([]);
  });

  test('the engine', async () => {
    const options = { batchSize: count, threads: 1, optimizer: { kind: 'sgd' } } as const;
    let engine = await compile(config, network.weights, options);
    for (const [step, expected] of losses.entries()) {
      if (step === until) {
        const now = engine.readWeights();
        await engine.close();
        engine = await compile(network.config, now, options);
      }
      const { loss } = engine.trainStep(batchOf(step));
      expect(Math.abs(loss - (step < until ? penalty : 0) - expected)).toBeLessThan(1e-5);
    }
    const after = engine.readWeights();
    await engine.close();
    expect(wrong(weights, (name) => after.get(name)!.data, 1e-5)).toEqual([]);
  });
});
