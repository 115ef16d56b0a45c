/** Every way to train that an engine must know, each on the small network. */
import type { CompileOptions, TrainingBatch } from '../../../src/engine/engine.js';
import { classes, faceBatch } from './faceBatches.js';
import { smallNetwork, smallShape } from './smallNetworks.js';
import type { Training } from './training.js';

export interface OptionCase {
  readonly name: string;
  readonly training: Training;
  /** The same training without what the case is about. */
  readonly without: Training;
}

interface Trial {
  readonly options: Partial<CompileOptions>;
  readonly learningRate: number;
  readonly change?: (batch: TrainingBatch, index: number) => TrainingBatch;
}

/** A large epsilon, so that Adam does not make whole steps of the rounding of small gradients. */
const epsilon = 1e-3;
const byAdam: Trial = { options: { optimizer: { epsilon } }, learningRate: 0.01 };
const bySgd: Trial = { options: { optimizer: { kind: 'sgd' } }, learningRate: 0.02 };
const momentum = { kind: 'sgd', momentum: 0.9 } as const;
const byMomentum: Trial = { options: { optimizer: momentum }, learningRate: 0.01 };
const byNesterov: Trial = { options: { optimizer: { ...momentum, nesterov: true } }, learningRate: 0.01 };

const weighted = (batch: TrainingBatch): TrainingBatch => {
  const sampleWeights = Float32Array.from({ length: batch.count }, (_, i) => [2, 0.25, 1, 0][i % 4]!);
  return { ...batch, sampleWeights };
};

/** As mixup makes them: 0.7 of the face's class, 0.3 of the next face's. */
const mixed = (batch: TrainingBatch): TrainingBatch => {
  const targets = new Float32Array(batch.count * classes);
  batch.labels.forEach((label, i) => {
    targets[i * classes + label]! += 0.7;
    targets[i * classes + batch.labels[(i + 1) % batch.count]!]! += 0.3;
  });
  return { ...batch, targets };
};

const learningRateFactors = new Map([
  ['conv2d_1/kernel', 0],
  ['dense_2/kernel', 0.1],
  ['batch_normalization_1/gamma', 3],
]);

const trials: readonly { name: string; trial: Trial; without: Trial }[] = [
  {
    name: "Adam's betas and epsilon",
    trial: { ...byAdam, options: { optimizer: { beta1: 0.5, beta2: 0.9, epsilon: 0.01 } } },
    without: byAdam,
  },
  {
    name: 'AdamW',
    trial: { ...byAdam, options: { optimizer: { kind: 'adamw', epsilon, weightDecay: 0.5 } } },
    without: byAdam,
  },
  { name: 'SGD', trial: bySgd, without: { ...byAdam, learningRate: bySgd.learningRate } },
  { name: 'momentum', trial: byMomentum, without: { ...bySgd, learningRate: byMomentum.learningRate } },
  { name: "Nesterov's look-ahead", trial: byNesterov, without: byMomentum },
  { name: 'clipNorm', trial: { ...bySgd, options: { ...bySgd.options, clipNorm: 0.5 } }, without: bySgd },
  {
    name: 'labelSmoothing',
    trial: { ...byAdam, options: { ...byAdam.options, labelSmoothing: 0.2 } },
    without: byAdam,
  },
  { name: 'sampleWeights', trial: { ...byAdam, change: weighted }, without: byAdam },
  { name: 'targets of mixup', trial: { ...byAdam, change: mixed }, without: byAdam },
  {
    name: 'learningRateFactors',
    trial: { ...byAdam, options: { ...byAdam.options, learningRateFactors } },
    without: byAdam,
  },
  {
    name: 'all at once',
    trial: {
      options: { ...byNesterov.options, clipNorm: 1, labelSmoothing: 0.1, averageDecay: 0.8, learningRateFactors },
      learningRate: 0.01,
      change: (batch) => weighted(mixed(batch)),
    },
    without: { ...byNesterov, options: { ...byNesterov.options, averageDecay: 0.8 } },
  },
];

/** The cases with batches of `count` faces. The third batch is a short one, as the last of an epoch is. */
export function optionCases(count: number): OptionCase[] {
  return trials.map(({ name, trial, without }) => ({
    name,
    training: trainingOf(trial, count),
    without: trainingOf(without, count),
  }));
}

function trainingOf({ options, learningRate, change = (batch) => batch }: Trial, count: number): Training {
  const counts = [count, count, count - 1, count];
  const batches = counts.map((size, index) =>
    change(faceBatch(index, { count: size, shape: smallShape, learningRate }), index),
  );
  return { ...smallNetwork(), options, batches };
}
