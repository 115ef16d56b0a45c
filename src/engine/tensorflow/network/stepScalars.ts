/** The numbers of an update, worked out in double precision: one for all weights, or one for each element where weights differ. */
import { groupUpdates } from 'layers-wasm/training/updateGroups.js';
import type { TrainingOptions } from 'layers-wasm/training/options.js';
import type { TensorValue } from '../library/tensor.js';
import { scalarFeed } from './batchFeeds.js';
import type { ParameterVector } from './parameterVector.js';

/** An update's place in training. */
export interface UpdateCount {
  readonly learningRate: number;
  /** Counted from 1. */
  readonly update: number;
  /** By weight, the updates before it began to train; 0 for the others. */
  readonly startedAt: ReadonlyMap<string, number>;
}

/** Step size and shrinkage. */
export function scalarFeeds(
  { rule, learningRateFactors: factors }: TrainingOptions,
  trainable: ParameterVector,
  { learningRate, update, startedAt }: UpdateCount,
): [TensorValue, TensorValue] {
  const names = trainable.parameters.map(({ name }) => name);
  const groups = groupUpdates(names, { factors, startedAt }).map(({ factor, before, members }) => {
    return { members, ...rule.scalars(learningRate * factor, update - before) };
  });
  const [first, ...others] = groups;
  if (others.length === 0) return [scalarFeed(first!.stepSize), scalarFeed(first!.shrinkage)];
  const byPlace = new Map(groups.flatMap((group) => group.members.map((member) => [names[member]!, group] as const)));
  const spread = (field: 'stepSize' | 'shrinkage'): TensorValue => {
    const elements = trainable.spread(({ name }) => byPlace.get(name)![field]);
    return { type: 'float32', shape: [trainable.size], elements };
  };
  return [spread('stepSize'), spread('shrinkage')];
}
