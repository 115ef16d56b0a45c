/** Learning rates of single weights, and optimizers that go on when other weights are trained. */
import { describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { CompileOptions, NamedWeights, Network, OptimizerState } from '../src/types.js';
import { deviations } from './deviation.js';
import { frozen, layerOf, weightedLayers } from './frozenLayers.js';
import { ReferenceNetwork } from './reference/network.js';
import { trainedBatchSize as batchSize, trainedNetwork, trainingBatch, trainingCases } from './trainingCases.js';

const { config, weights } = trainedNetwork;
const trainable = [...weights.keys()].filter((name) => !name.includes('/moving_'));
const layers = weightedLayers(trainedNetwork).map(({ name }) => name);

const [half, slow] = [layers.slice(0, Math.floor(layers.length / 2)), layers.filter((_, index) => index % 2 === 0)];
const learningRateFactors = new Map(trainable.map((name) => [name, slow.includes(layerOf(name)) ? 0.25 : 2]));

const arrays = (tensors: ReadonlyMap<string, { readonly data: Float64Array }>): Map<string, Float64Array> =>
  new Map([...tensors].map(([name, { data }]) => [name, data]));
const tolerance = { tolerance: 1e-4, floor: 1e-2 };

function compiled(options: Omit<CompileOptions, 'batchSize'>, network = trainedNetwork, start: NamedWeights = weights) {
  return compile(network.config, start, { batchSize, threads: 1, ...options });
}

/** All that a step changes; closes the network. */
async function endOf(network: Network): Promise<{ weights: NamedWeights; optimizer: OptimizerState }> {
  const end = { weights: network.readWeights(), optimizer: network.readOptimizer() };
  await network.close();
  return end;
}

describe.each(trainingCases)('$name', (trained) => {
  test('rates of their own, as the reference has them', async () => {
    const engine = await compiled({ ...trained.options, learningRateFactors });
    const reference = new ReferenceNetwork(config, weights, { ...trained.reference, learningRateFactors });
    for (let step = 0; step < 6; step++) {
      const batch = trainingBatch(step, trained);
      reference.trainStep(batch);
      engine.trainStep(batch);
    }
    const end = await endOf(engine);
    expect(deviations(end.weights, arrays(reference.weights), tolerance)).toEqual([]);
  });

  test('half of the network begins later, as the reference has it, with the same bits for 1, 2 and 3 threads', async () => {
    const bottomLater = frozen(trainedNetwork, half);
    const ends = [];
    for (const threads of [1, 2, 3]) {
      const first = await compiled({ ...trained.options, threads }, bottomLater);
      [0, 1, 2].forEach((step) => first.trainStep(trainingBatch(step, trained)));
      const middle = await endOf(first);
      const second = await compiled({ ...trained.options, threads }, trainedNetwork, middle.weights);
      second.carryOptimizer(middle.optimizer);
      [3, 4, 5].forEach((step) => second.trainStep(trainingBatch(step, trained)));
      ends.push(await endOf(second));
    }
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[2]).toEqual(ends[0]);

    const reference = new ReferenceNetwork(bottomLater.config, weights, trained.reference);
    for (let step = 0; step < 6; step++) {
      if (step === 3) reference.frozen.clear();
      reference.trainStep(trainingBatch(step, trained));
    }
    const [{ weights: after, optimizer }] = ends as [(typeof ends)[number]];
    expect(deviations(after, arrays(reference.weights), tolerance)).toEqual([]);
    for (const [slot, values] of Object.entries(reference.optimizer.slots)) {
      expect({ slot, wrong: deviations(optimizer.slots[slot]!, values, { tolerance: 1e-4, floor: 1e-3 }) }).toEqual({
        slot,
        wrong: [],
      });
    }
    expect(optimizer.step).toBe(6);
    if (trained.slots.length === 0) expect(optimizer.startedAt).toBeUndefined();
    else expect([...optimizer.startedAt!]).toEqual(lateNames().map((name) => [name, 3]));
  });
});

const lateNames = (): string[] => trainable.filter((name) => half.includes(layerOf(name)));

const [adamCase] = trainingCases;
const batchOf = (step: number) => trainingBatch(step, adamCase!);

describe('factors', () => {
  test('of 1 change no bit', async () => {
    const ends = [undefined, new Map(trainable.map((name) => [name, 1]))].map(async (factors) => {
      const network = await compiled(factors ? { learningRateFactors: factors } : {});
      [0, 1].forEach((step) => network.trainStep(batchOf(step)));
      return endOf(network);
    });
    expect(await ends[1]).toEqual(await ends[0]);
  });

  test('of 0 keep a weight where it is, with weight decay too', async () => {
    const [name] = trainable as [string];
    const optimizer = { kind: 'adamw', weightDecay: 0.5 } as const;
    const network = await compiled({ optimizer, learningRateFactors: new Map([[name, 0]]) });
    network.trainStep(batchOf(0));
    const { weights: after } = await endOf(network);
    expect(after.get(name)).toEqual(weights.get(name));
    expect(after.get(trainable[1]!)).not.toEqual(weights.get(trainable[1]!));
  });

  test('are those of the rate: half the rate with factors of 2 is the rate, to the bit', async () => {
    const twice = await compiled({ learningRateFactors: new Map(trainable.map((name) => [name, 2])) });
    const once = await compiled({});
    twice.trainStep({ ...batchOf(0), learningRate: 0.005 });
    once.trainStep({ ...batchOf(0), learningRate: 0.01 });
    expect(await endOf(twice)).toEqual(await endOf(once));
  });

  test.each([
    [
      'of a weight that is not there',
      new Map([['conv2d_9/kernel', 1]]),
      /name "conv2d_9\/kernel".*does not have.*conv2d_1\/kernel/,
    ],
    ['below 0', new Map([['conv2d_1/kernel', -1]]), /of "conv2d_1\/kernel" must be .*at least 0, got -1/],
    ['of NaN', new Map([['conv2d_1/kernel', NaN]]), /got NaN/],
    ['without end', new Map([['conv2d_1/kernel', Infinity]]), /got Infinity/],
  ])('%s are refused', async (_, factors, message) => {
    const refused = compiled({ learningRateFactors: factors });
    await expect(refused).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: expect.stringMatching(message) as unknown,
    });
  });

  test('of a frozen weight are passed over', async () => {
    const name = lateNames()[0]!;
    const network = await compiled({ learningRateFactors: new Map([[name, 5]]) }, frozen(trainedNetwork, half));
    network.trainStep(batchOf(0));
    expect((await endOf(network)).weights.get(name)).toEqual(weights.get(name));
  });
});

describe('a carried optimizer', () => {
  /** Two steps with half of the network frozen. */
  async function middle(options: Omit<CompileOptions, 'batchSize'> = {}) {
    const network = await compiled(options, frozen(trainedNetwork, half));
    [0, 1].forEach((step) => network.trainStep(batchOf(step)));
    return endOf(network);
  }

  test('keeps what it has, and begins with zeros, and with averages of the weights as they are', async () => {
    const options = { averageDecay: 0.5 };
    const { optimizer: before, weights: now } = await middle(options);
    const network = await compiled(options, trainedNetwork, now);
    network.carryOptimizer(before);
    const { optimizer: after } = await endOf(network);
    expect(after.step).toBe(2);
    expect(Object.keys(after.slots)).toEqual(['firstMoments', 'secondMoments', 'averages']);
    for (const [slot, tensors] of Object.entries(after.slots)) {
      expect([...tensors.keys()].sort()).toEqual([...trainable].sort());
      for (const [name, { data }] of tensors) {
        const old = before.slots[slot]!.get(name)?.data;
        const fresh = slot === 'averages' ? weights.get(name)!.data : new Float32Array(data.length);
        expect({ name, data }).toEqual({ name, data: old ?? fresh });
      }
    }
  });

  test('gives a late weight the first step of Adam, as long as the rate', async () => {
    const { optimizer, weights: now } = await middle();
    const network = await compiled({}, trainedNetwork, now);
    network.carryOptimizer(optimizer);
    network.trainStep({ ...batchOf(2), learningRate: 0.01 });
    const gradients = network.readGradients();
    const { weights: after } = await endOf(network);
    for (const name of lateNames()) {
      const { data } = gradients.get(name)!;
      const strongest = data.reduce((best, g, i) => (Math.abs(g) > Math.abs(data[best]!) ? i : best), 0);
      const move = after.get(name)!.data[strongest]! - now.get(name)!.data[strongest]!;
      expect(Math.abs(move + 0.01 * Math.sign(data[strongest]!))).toBeLessThan(1e-4);
    }
  });

  test('is read and written to the bit, and carried again keeps when each weight began', async () => {
    const { optimizer, weights: now } = await middle();
    const first = await compiled({}, trainedNetwork, now);
    first.carryOptimizer(optimizer);
    first.trainStep(batchOf(2));
    const end = await endOf(first);
    const ends = await Promise.all(
      (['writeOptimizer', 'carryOptimizer'] as const).map(async (how) => {
        const network = await compiled({}, trainedNetwork, end.weights);
        network[how](structuredClone(end.optimizer));
        expect(network.readOptimizer()).toEqual(end.optimizer);
        network.trainStep(batchOf(3));
        return endOf(network);
      }),
    );
    expect(ends[1]).toEqual(ends[0]);
  });

  test('forgets weights that are frozen from now on', async () => {
    const whole = await compiled({});
    whole.trainStep(batchOf(0));
    const end = await endOf(whole);
    const network = await compiled({}, frozen(trainedNetwork, half), end.weights);
    network.carryOptimizer(end.optimizer);
    const { slots, startedAt } = (await endOf(network)).optimizer;
    expect([...slots['firstMoments']!.keys()].filter((name) => half.includes(layerOf(name)))).toEqual([]);
    expect(startedAt).toBeUndefined();
  });

  test.each([
    ['other slots', (state: OptimizerState) => ({ ...state, slots: {} }), /keeps the slots/],
    [
      'a late start behind the last step',
      (state: OptimizerState) => ({ ...state, startedAt: new Map([[trainable[0]!, 3]]) }),
      /startedAt of ".*" must be a whole number from 0 to 2, got 3/,
    ],
    [
      'a late start of no weight',
      (state: OptimizerState) => ({ ...state, startedAt: new Map([['odd/kernel', 1]]) }),
      /startedAt of "odd\/kernel" is of no trainable weight/,
    ],
  ])('with %s is refused and changes nothing', async (_, change, message) => {
    const { optimizer, weights: now } = await middle();
    const network = await compiled({}, frozen(trainedNetwork, half), now);
    network.writeOptimizer(optimizer);
    expect(() => network.writeOptimizer(change(optimizer))).toThrow(message);
    expect((await endOf(network)).optimizer).toEqual(optimizer);
  });
});
