/** The exponential moving average of weights. */
import type { Tensor } from './tensor.js';

/** `a = decay a + (1 - decay) w` behind every update, from the weights at the start. */
export class MovingAverage {
  readonly values: ReadonlyMap<string, Float64Array>;

  constructor(
    weights: ReadonlyMap<string, Tensor>,
    private readonly decay: number,
  ) {
    this.values = new Map([...weights].map(([name, { data }]) => [name, data.slice()]));
  }

  /** Takes in the weights of one more update. */
  update(weights: ReadonlyMap<string, Tensor>): void {
    for (const [name, average] of this.values) {
      const current = weights.get(name)!.data;
      average.forEach((a, i) => (average[i] = this.decay * a + (1 - this.decay) * current[i]!));
    }
  }
}
