/** Adam (Kingma and Ba 2015), and with decoupled weight decay AdamW (Loshchilov and Hutter 2019). */
import { f32x4 } from '../../assembler/expression.js';
import type { StepScalars, UpdateRule, UpdateSite } from './updateRule.js';

export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 0 for Adam itself. */
  readonly weightDecay: number;
}

/**
 * `p -= rate * weightDecay * p`, `m += (1 - beta1) (g - m)`, `v += (1 - beta2) (g^2 - v)`, `p -= step * m / (sqrt(v) + epsilon)`
 * with `step = rate * sqrt(1 - beta2^t) / (1 - beta1^t)`.
 */
export function adamRule({ beta1, beta2, epsilon, weightDecay }: AdamSettings): UpdateRule {
  return {
    slots: ['firstMoments', 'secondMoments'],
    scalars: (learningRate, update): StepScalars => ({
      stepSize: (learningRate * Math.sqrt(1 - power(beta2, update))) / (1 - power(beta1, update)),
      shrinkage: learningRate * weightDecay,
    }),
    emit: ({ module, f, gradient, parameter, stepSize, shrinkage, replace }: UpdateSite) => {
      if (weightDecay > 0) f.set(parameter, f32x4.subtract(parameter, f32x4.multiply(shrinkage, parameter)));
      const first = replace('firstMoments', (values) =>
        module.multiplyAdd(f32x4.subtract(gradient, values), f32x4.constant(1 - beta1), values),
      );
      const square = f32x4.multiply(gradient, gradient);
      const second = replace('secondMoments', (values) =>
        module.multiplyAdd(f32x4.subtract(square, values), f32x4.constant(1 - beta2), values),
      );
      const divisor = f32x4.add(f32x4.squareRoot(second), f32x4.constant(epsilon));
      f.set(parameter, f32x4.subtract(parameter, f32x4.divide(f32x4.multiply(stepSize, first), divisor)));
    },
  };
}

/** `1 - x` is 1 for every x from 0 to below it. */
const negligible = 2 ** -54;

/**
 * `base ** exponent` by repeated multiplication, because Math.pow may differ between hosts; where that is less than `negligible`, something else that is.
 * The loop ends there, so that a step does not take longer the more updates were made before it.
 */
function power(base: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent && product >= negligible; i++) product *= base;
  return product;
}
