/** How a gradient becomes a step: the optimizer and what is done to loss, gradients and weights around it. */
import { FerError } from '../errors.js';
import * as checks from './configChecks.js';

export const optimizerNames = ['adam', 'adamw', 'sgd'] as const;
export type OptimizerName = (typeof optimizerNames)[number];

export interface OptimizerConfig {
  /** `adam` (Kingma and Ba 2015), `adamw` (Loshchilov and Hutter 2019) or `sgd`; the constants are Keras'. */
  readonly optimizer: OptimizerName;
  /** Of `sgd` only: share of the last update that goes into the next, 0 to below 1. */
  readonly momentum: number;
  /** Of `sgd` with momentum only: Nesterov's look-ahead (Sutskever et al. 2013). */
  readonly nesterov: boolean;
  /** Of `adamw` only: share of every trainable weight, times the learning rate, that a step takes away; 0 or more. */
  readonly weightDecay: number;
  /** Share of each target that is spread evenly over all classes, 0 to below 1 (Szegedy et al. 2016). */
  readonly labelSmoothing: number;
  /** Euclidean norm to which the gradient of all weights together is scaled down when it is longer; 0 = never. */
  readonly clipNorm: number;
  /** Decay of the moving average of the weights that is validated and kept, 0 to below 1; 0 = the weights themselves are. */
  readonly ema: number;
}

/** Adam alone, as the paper has it. */
export const optimizerDefaults: OptimizerConfig = {
  optimizer: 'adam',
  momentum: 0,
  nesterov: false,
  weightDecay: 0,
  labelSmoothing: 0,
  clipNorm: 0,
  ema: 0,
};

/** The weight decay of `adamw` when nobody names one, as in Keras. */
export const adamwDecay = 0.004;

/** One check per key. */
export const optimizerChecks: Readonly<Record<keyof OptimizerConfig, checks.Check>> = {
  optimizer: checks.oneOf(optimizerNames),
  momentum: checks.fraction,
  nesterov: checks.boolean,
  weightDecay: checks.atLeast(0),
  labelSmoothing: checks.fraction,
  clipNorm: checks.atLeast(0),
  ema: checks.fraction,
};

/** Defaults that depend on another key. */
export function optimizerDefaultsFor(optimizer: unknown): OptimizerConfig {
  return optimizer === 'adamw' ? { ...optimizerDefaults, weightDecay: adamwDecay } : optimizerDefaults;
}

/** Throws CONFIG_INVALID for a setting that the chosen optimizer does not have: nothing that was asked for is ignored. */
export function requireFittingOptimizer({ optimizer, momentum, nesterov, weightDecay }: OptimizerConfig): void {
  if (optimizer !== 'sgd' && momentum !== 0) {
    throw unfit('momentum', `0 with optimizer ${optimizer}, which has moments of its own`, {
      got: momentum,
      advice: 'Choose optimizer sgd, or leave momentum out.',
    });
  }
  if (optimizer !== 'sgd' && nesterov) {
    throw unfit('nesterov', `false with optimizer ${optimizer}`, {
      got: nesterov,
      advice: 'Choose optimizer sgd with a momentum, or leave nesterov out.',
    });
  }
  if (nesterov && momentum === 0) {
    throw unfit('nesterov', 'false without momentum', { got: nesterov, advice: 'Set a momentum, such as 0.9.' });
  }
  if (optimizer !== 'adamw' && weightDecay !== 0) {
    throw unfit('weightDecay', `0 with optimizer ${optimizer}`, {
      got: weightDecay,
      advice: 'Choose optimizer adamw, or use the penalty l2 instead.',
    });
  }
}

function unfit(key: string, expected: string, { got, advice }: { got: number | boolean; advice: string }): FerError {
  return new FerError('CONFIG_INVALID', `${key}: expected ${expected}; got ${got}. ${advice}`);
}
