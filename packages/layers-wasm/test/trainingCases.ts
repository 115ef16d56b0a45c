/** Ways to train: every optimizer and option, as the engine and as the reference take them. */
import type { Batch, CompileOptions } from '../src/types.js';
import { seededBatch } from './batches.js';
import { outOfOrder } from './networks/connections.js';
import { kerasEpsilon } from './reference/adam.js';
import type { ReferenceOptions } from './reference/network.js';
import { Sequence } from './sequence.js';

/** A mini-Xception of 13x11 pixels and 3 classes, with an L2 penalty. */
export const trainedNetwork = outOfOrder();

/** Two full chunks of eight samples and a short one. */
export const trainedBatchSize = 19;

export interface TrainingCase {
  readonly name: string;
  readonly options: Omit<CompileOptions, 'batchSize' | 'threads'>;
  readonly reference: ReferenceOptions;
  readonly learningRate: number;
  /** Batches have target probabilities, not only labels. */
  readonly soft?: boolean;
  /** What readOptimizer must have. */
  readonly slots: readonly string[];
}

/** A large epsilon, so that Adam does not blow gradients of rounding errors up to whole steps. */
const epsilon = 1e-3;
const adam = { epsilon: kerasEpsilon(epsilon) };
const moments = ['firstMoments', 'secondMoments'];
const byAdam = { options: { optimizer: { epsilon } }, reference: { adam }, learningRate: 0.01, slots: moments };
const momentum = 0.9;
const nesterov = { momentum, nesterov: true };

/** The cases; clipNorm is such that some of the steps are clipped. */
export const trainingCases: readonly TrainingCase[] = [
  { name: 'adam', ...byAdam },
  {
    ...{ name: 'adamw', learningRate: 0.01, slots: moments },
    options: { optimizer: { kind: 'adamw', epsilon, weightDecay: 0.5 } },
    reference: { adam: { ...adam, weightDecay: 0.5 } },
  },
  {
    ...{ name: 'sgd', learningRate: 0.05, slots: [] },
    options: { optimizer: { kind: 'sgd' } },
    reference: { sgd: {} },
  },
  {
    ...{ name: 'sgd with momentum', learningRate: 0.01, slots: ['velocities'] },
    options: { optimizer: { kind: 'sgd', momentum } },
    reference: { sgd: { momentum } },
  },
  {
    ...{ name: 'sgd with Nesterov momentum', learningRate: 0.01, slots: ['velocities'] },
    options: { optimizer: { kind: 'sgd', ...nesterov } },
    reference: { sgd: nesterov },
  },
  {
    ...{ name: 'sgd, clipped', learningRate: 0.05, slots: [] },
    options: { optimizer: { kind: 'sgd' }, clipNorm: 1 },
    reference: { sgd: {}, clipNorm: 1 },
  },
  {
    ...{ ...byAdam, name: 'adam with label smoothing' },
    options: { ...byAdam.options, labelSmoothing: 0.1 },
    reference: { adam, labelSmoothing: 0.1 },
  },
  { ...byAdam, name: 'adam with soft targets', soft: true },
  {
    ...{ ...byAdam, name: 'adam with a moving average', slots: [...moments, 'averages'] },
    options: { ...byAdam.options, averageDecay: 0.8 },
    reference: { adam, averageDecay: 0.8 },
  },
  {
    ...{ name: 'everything at once', learningRate: 0.01, soft: true, slots: ['velocities', 'averages'] },
    options: { optimizer: { kind: 'sgd', ...nesterov }, clipNorm: 1, labelSmoothing: 0.1, averageDecay: 0.8 },
    reference: { sgd: nesterov, clipNorm: 1, labelSmoothing: 0.1, averageDecay: 0.8 },
  },
];

/** Batch number `step`: odd ones are weighted and short. Soft targets are any numbers in [0, 1). */
export function trainingBatch(step: number, { learningRate, soft = false }: TrainingCase): Batch {
  const count = step % 2 === 1 ? 11 : trainedBatchSize;
  const batch = seededBatch(trainedNetwork, step, { count, learningRate, weighted: step % 2 === 1 });
  if (!soft) return batch;
  const { name, classes } = trainedNetwork;
  const targets = new Sequence(`${name}/targets/${step}`).values(count * classes, { centre: 0.5, spread: 0.5 });
  return { ...batch, targets };
}
