/** Stochastic gradient descent with classical and Nesterov's momentum (Sutskever et al. 2013). */
import { slotOf, type ReferenceOptimizer, type Slot } from './optimizer.js';
import type { Tensor } from './tensor.js';

export interface ReferenceSgdOptions {
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/** `v = momentum v - rate g`; `p += v`, with Nesterov's look-ahead `p += momentum v - rate g`. */
export class ReferenceSgd implements ReferenceOptimizer {
  readonly slots: Readonly<Record<string, Slot>>;
  private readonly velocities: Slot = new Map();

  constructor(private readonly options: ReferenceSgdOptions) {
    this.slots = options.momentum ? { velocities: this.velocities } : {};
  }

  update(
    weights: ReadonlyMap<string, Tensor>,
    gradients: ReadonlyMap<string, Float64Array>,
    rateOf: (name: string) => number,
  ): void {
    const { momentum = 0, nesterov = false } = this.options;
    for (const [name, gradient] of gradients) {
      const weight = weights.get(name)!.data;
      const learningRate = rateOf(name);
      const velocity = slotOf(this.velocities, name, weight.length);
      gradient.forEach((g, i) => {
        velocity[i] = momentum * velocity[i]! - learningRate * g;
        weight[i]! += nesterov ? momentum * velocity[i] - learningRate * g : velocity[i];
      });
    }
  }
}
