/** Training options without meaning, and optimizer states that do not fit. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { CompileOptions, Network, OptimizerOptions, OptimizerState } from '../src/types.js';
import { trainedNetwork, trainingBatch, trainingCases } from './trainingCases.js';

const { config, weights } = trainedNetwork;

describe('options are refused by name', () => {
  const optimizers: [string, unknown, RegExp][] = [
    ['a beta1 of 1', { beta1: 1 }, /optimizer\.beta1 .*below 1, got 1/],
    ['a beta2 below 0', { kind: 'adamw', beta2: -0.1 }, /optimizer\.beta2 .*got -0\.1/],
    ['an epsilon of 0', { kind: 'adam', epsilon: 0 }, /optimizer\.epsilon .*above 0, got 0/],
    ['a weight decay below 0', { kind: 'adamw', weightDecay: -1 }, /optimizer\.weightDecay .*at least 0, got -1/],
    ['a momentum of 1', { kind: 'sgd', momentum: 1 }, /optimizer\.momentum .*below 1, got 1/],
    ['Nesterov without momentum', { kind: 'sgd', nesterov: true }, /optimizer\.nesterov .*momentum above 0, got 0/],
    ['an unknown optimizer', { kind: 'lion' }, /optimizer\.kind must be one of adam, adamw, sgd, got lion/],
    ['a decay that Adam does not have', { weightDecay: 0.1 }, /optimizer\.weightDecay is unknown to adam.*beta1/],
    ['a setting of another optimizer', { kind: 'sgd', beta1: 0.9 }, /optimizer\.beta1 is unknown to sgd.*momentum/],
  ];
  const cases: [string, Partial<CompileOptions>, RegExp][] = [
    ...optimizers.map(([name, optimizer, message]): [string, Partial<CompileOptions>, RegExp] => [
      name,
      { optimizer: optimizer as OptimizerOptions },
      message,
    ]),
    ['a norm of 0', { clipNorm: 0 }, /clipNorm must be a finite number above 0, got 0/],
    ['an infinite norm', { clipNorm: Infinity }, /clipNorm .*got Infinity/],
    ['a target without its class', { labelSmoothing: 1 }, /labelSmoothing must be at least 0 and below 1, got 1/],
    ['an average that never moves', { averageDecay: 1 }, /averageDecay must be at least 0 and below 1, got 1/],
    ['a seed below 0', { seed: -1 }, /seed must be a whole number from 0 to 4294967295 \(2\^32 - 1\), got -1/],
    ['a seed of 33 bits', { seed: 2 ** 32 }, /seed .*got 4294967296/],
    ['half a seed', { seed: 0.5 }, /seed .*got 0\.5/],
    ['an average of NaN', { averageDecay: NaN }, /averageDecay .*got NaN/],
  ];
  test.each(cases)('%s', async (_, options, message) => {
    const refused = compile(config, weights, { batchSize: 1, threads: 1, ...options });
    await expect(refused).rejects.toMatchObject({ code: 'ARGUMENT_INVALID', message: expect.stringMatching(message) });
  });
});

describe('a state that does not fit is refused and changes nothing', () => {
  const [name] = [...weights.keys()];
  let network: Network;
  let state: OptimizerState;
  beforeAll(async () => {
    const options = { optimizer: { kind: 'sgd', momentum: 0.9 }, averageDecay: 0.9 } as const;
    network = await compile(config, weights, { batchSize: 19, threads: 1, ...options });
    network.trainStep(trainingBatch(0, trainingCases[0]!));
    state = network.readOptimizer();
  });
  afterAll(() => network.close());

  /** The state with one slot replaced, or left out. */
  function withSlot(slot: string, tensors: OptimizerState['slots'][string] | undefined): OptimizerState {
    const others = Object.entries(state.slots).filter(([key]) => key !== slot);
    return { step: 7, slots: Object.fromEntries(tensors ? [...others, [slot, tensors]] : others) };
  }
  const changed = (change: (tensors: Map<string, { shape: readonly number[]; data: Float32Array }>) => void) => {
    const tensors = new Map(state.slots['averages']);
    change(tensors);
    return withSlot('averages', tensors);
  };

  test.each([
    [
      'a missing slot',
      () => withSlot('averages', undefined),
      /keeps the slots velocities, averages, got .* velocities;/,
    ],
    ['an unknown slot', () => withSlot('firstMoments', new Map()), /got a state with the slots .*firstMoments;/],
    [
      'slots that are none',
      () => ({ step: 7 }) as unknown as OptimizerState,
      /must have slots, by name, got undefined/,
    ],
    [
      'slots of another kind',
      () => ({ step: 7, slots: { ...state.slots, averages: {} } }),
      /averages must be a Map of tensors by name, got Object/,
    ],
    ['no slots', () => ({ step: 7, slots: {} }), /got a state with no slots; compile with the options/],
    ['a missing tensor', () => changed((tensors) => tensors.delete(name!)), /averages of ".*" is missing/],
    [
      'a tensor of another shape',
      () => changed((tensors) => tensors.set(name!, { shape: [2], data: new Float32Array(2) })),
      /averages of ".*" must have shape \[.*\], got \[2\] with 2 values/,
    ],
    [
      'a tensor that is no weight',
      () => changed((tensors) => tensors.set('odd/kernel', { shape: [2], data: new Float32Array(2) })),
      /averages have "odd\/kernel", which is no trainable weight/,
    ],
  ])('%s', (_, wrong, message) => {
    expect(() => network.writeOptimizer(wrong())).toThrow(message);
    expect(network.readOptimizer()).toEqual(state);
  });

  test('a step that is no count', () => {
    for (const step of [-1, 0.5, NaN, Infinity, 2 ** 53])
      expect(() => network.writeOptimizer({ ...state, step })).toThrow(/step/);
    expect(network.readOptimizer()).toEqual(state);
  });
});
