/** Defaults and checks of how a network is trained: optimizer, clipping, label smoothing, moving average, seed. */
import { argumentInvalid } from '../errors.js';
import type { Parameter } from '../graph/parameter.js';
import { demandKind, isRecord, kindOf } from '../kinds.js';
import { adamRule, type AdamSettings } from '../kernels/optimizer/adam.js';
import { sgdRule, type SgdSettings } from '../kernels/optimizer/sgd.js';
import type { UpdateOptions } from '../kernels/optimizer/update.js';
import type { CompileOptions, OptimizerOptions } from '../types.js';

/** An optimizer with all its settings; AdamW is an Adam whose weights decay. */
export type OptimizerSettings = ({ readonly kind: 'adam' } & AdamSettings) | ({ readonly kind: 'sgd' } & SgdSettings);

/** What the compiler and the network make of `CompileOptions`. */
export interface TrainingOptions extends UpdateOptions {
  /** What `rule` does, for executors that have their own code for it. */
  readonly optimizer: OptimizerSettings;
  readonly labelSmoothing: number;
  /** By weight; 1 for the others. */
  readonly learningRateFactors: ReadonlyMap<string, number>;
  /** Of the dropout masks: 32 bits. */
  readonly seed: number;
}

/** Fills in defaults. Throws LayersWasmError ARGUMENT_INVALID, naming the option, what was expected and what came. */
export function resolveTraining(options: CompileOptions): TrainingOptions {
  const { optimizer = {}, clipNorm, labelSmoothing = 0, averageDecay, seed = 0 } = options;
  const { learningRateFactors = new Map<string, number>() } = options;
  demandSeed(seed);
  if (clipNorm !== undefined) demandPositive('clipNorm', clipNorm);
  demandBetween('labelSmoothing', labelSmoothing, [0, 1]);
  if (averageDecay !== undefined) demandBetween('averageDecay', averageDecay, [0, 1]);
  demandKind('learningRateFactors', learningRateFactors, ['Map']);
  for (const [weight, factor] of learningRateFactors) {
    if (!(Number.isFinite(factor) && factor >= 0)) {
      throw argumentInvalid(`learningRateFactors of "${weight}" must be a finite number of at least 0, got ${factor}.`);
    }
  }
  const settings = settingsOf(optimizer);
  const rule = settings.kind === 'sgd' ? sgdRule(settings) : adamRule(settings);
  return {
    optimizer: settings,
    rule,
    clipNorm,
    labelSmoothing,
    averageDecay,
    learningRateFactors: new Map(learningRateFactors),
    seed,
  };
}

/** Throws ARGUMENT_INVALID for a factor of a weight that is none of `parameters`. */
export function demandKnownWeights(factors: ReadonlyMap<string, number>, parameters: readonly Parameter[]): void {
  const known = parameters.map(({ name }) => name);
  const unknown = [...factors.keys()].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw argumentInvalid(
    `learningRateFactors name "${unknown}", which the model does not have; its weights are ${known.join(', ')}.`,
  );
}

const adamKeys = ['kind', 'beta1', 'beta2', 'epsilon'];
const keysOf = { adam: adamKeys, adamw: [...adamKeys, 'weightDecay'], sgd: ['kind', 'momentum', 'nesterov'] };

function settingsOf(optimizer: OptimizerOptions): OptimizerSettings {
  demandKnown(optimizer);
  if (optimizer.kind === 'sgd') {
    const { momentum = 0, nesterov = false } = optimizer;
    demandBetween('optimizer.momentum', momentum, [0, 1]);
    if (typeof nesterov !== 'boolean') {
      throw argumentInvalid(`optimizer.nesterov must be true or false, got ${String(nesterov)}.`);
    }
    if (nesterov && momentum === 0) {
      throw argumentInvalid('optimizer.nesterov looks ahead along the velocity: expected a momentum above 0, got 0.');
    }
    return { kind: 'sgd', momentum, nesterov };
  }
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = optimizer;
  const weightDecay = optimizer.kind === 'adamw' ? (optimizer.weightDecay ?? 0.004) : 0;
  demandBetween('optimizer.beta1', beta1, [0, 1]);
  demandBetween('optimizer.beta2', beta2, [0, 1]);
  demandPositive('optimizer.epsilon', epsilon);
  if (Math.fround(epsilon) === 0) {
    throw argumentInvalid(`optimizer.epsilon must be above 0 in single precision, at least 1e-45, got ${epsilon}.`);
  }
  if (!(Number.isFinite(weightDecay) && weightDecay >= 0)) {
    throw argumentInvalid(`optimizer.weightDecay must be a number of at least 0, got ${weightDecay}.`);
  }
  return { kind: 'adam', beta1, beta2, epsilon, weightDecay };
}

/** Names from JavaScript callers are not checked by any compiler. */
function demandKnown(optimizer: OptimizerOptions): void {
  const given: unknown = optimizer;
  if (!isRecord(given)) {
    const got = typeof given === 'string' ? given : kindOf(given);
    throw argumentInvalid(`optimizer must be an object such as { kind: 'sgd' }, got ${got}.`);
  }
  const { kind = 'adam' } = optimizer;
  const known: readonly string[] | undefined = Object.hasOwn(keysOf, kind) ? keysOf[kind] : undefined;
  if (!known) throw argumentInvalid(`optimizer.kind must be one of ${Object.keys(keysOf).join(', ')}, got ${kind}.`);
  const unknown = Object.keys(optimizer).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw argumentInvalid(`optimizer.${unknown} is unknown to ${kind}, which has ${known.join(', ')}.`);
}

function demandPositive(name: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0))
    throw argumentInvalid(`${name} must be a finite number above 0, got ${value}.`);
}

/** Others would lose what is beyond 32 bits, and have the masks of another seed. */
function demandSeed(seed: number): void {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return;
  throw argumentInvalid(`seed must be a whole number from 0 to 4294967295 (2^32 - 1), got ${seed}.`);
}

/** At least `low`, below `high`. */
function demandBetween(name: string, value: number, [low, high]: readonly [number, number]): void {
  if (!(Number.isFinite(value) && value >= low && value < high))
    throw argumentInvalid(`${name} must be at least ${low} and below ${high}, got ${value}.`);
}
