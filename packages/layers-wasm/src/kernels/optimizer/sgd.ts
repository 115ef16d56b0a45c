/** Stochastic gradient descent, with momentum and Nesterov's look-ahead as Keras has them (Sutskever et al. 2013). */
import { f32x4 } from '../../assembler/expression.js';
import type { UpdateRule, UpdateSite } from './updateRule.js';

export interface SgdSettings {
  /** 0 = plain descent, which keeps no velocities. */
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** `v = momentum * v - rate * g`, then `p += v`; with Nesterov `p += momentum * v - rate * g`; without momentum `p -= rate * g`. */
export function sgdRule({ momentum, nesterov }: SgdSettings): UpdateRule {
  return {
    slots: momentum > 0 ? ['velocities'] : [],
    scalars: (learningRate) => ({ stepSize: learningRate, shrinkage: 0 }),
    emit: ({ f, gradient, parameter, stepSize, replace }: UpdateSite) => {
      const descent = f.let(f32x4.multiply(stepSize, gradient));
      if (momentum === 0) {
        f.set(parameter, f32x4.subtract(parameter, descent));
        return;
      }
      const damped = f32x4.constant(momentum);
      const velocity = replace('velocities', (values) => f32x4.subtract(f32x4.multiply(damped, values), descent));
      const move = nesterov ? f32x4.subtract(f32x4.multiply(damped, velocity), descent) : velocity;
      f.set(parameter, f32x4.add(parameter, move));
    },
  };
}
