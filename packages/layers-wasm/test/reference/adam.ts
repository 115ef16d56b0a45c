/** Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2, with the rate as the schedule). */
import { slotOf, type ReferenceOptimizer, type Slot } from './optimizer.js';
import type { Tensor } from './tensor.js';

export interface ReferenceAdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  /** One number, or one per step, counted from 1. */
  readonly epsilon?: number | ((step: number) => number);
  /** AdamW's; 0. */
  readonly weightDecay?: number;
}

/** Keras adds epsilon to `sqrt(v)`, before the bias is corrected: in the form of this file that is a larger epsilon. */
export function kerasEpsilon(epsilon: number, beta2 = 0.999): (step: number) => number {
  return (step) => epsilon / Math.sqrt(1 - beta2 ** step);
}

/** `p -= rate * weightDecay * p; m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p -= rate * mHat / (sqrt(vHat) + epsilon)`. */
export class ReferenceAdam implements ReferenceOptimizer {
  readonly firstMoments: Slot = new Map();
  readonly secondMoments: Slot = new Map();
  readonly slots = { firstMoments: this.firstMoments, secondMoments: this.secondMoments };
  /** Updates of each weight. */
  private readonly steps = new Map<string, number>();

  constructor(private readonly options: ReferenceAdamOptions = {}) {}

  /** Moves every weight that has a gradient. */
  update(
    weights: ReadonlyMap<string, Tensor>,
    gradients: ReadonlyMap<string, Float64Array>,
    rateOf: (name: string) => number,
  ): void {
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, weightDecay = 0 } = this.options;
    for (const [name, gradient] of gradients) {
      const step = (this.steps.get(name) ?? 0) + 1;
      this.steps.set(name, step);
      const learningRate = rateOf(name);
      const added = typeof epsilon === 'number' ? epsilon : epsilon(step);
      const weight = weights.get(name)!.data;
      const first = slotOf(this.firstMoments, name, weight.length);
      const second = slotOf(this.secondMoments, name, weight.length);
      gradient.forEach((g, i) => {
        first[i] = beta1 * first[i]! + (1 - beta1) * g;
        second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
        const firstHat = first[i] / (1 - beta1 ** step);
        const secondHat = second[i] / (1 - beta2 ** step);
        weight[i]! -= learningRate * weightDecay * weight[i]!;
        weight[i]! -= (learningRate * firstHat) / (Math.sqrt(secondHat) + added);
      });
    }
  }
}
