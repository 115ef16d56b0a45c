/** What the reference's optimizers have in common. */
import type { Tensor } from './tensor.js';

/** One array per weight, zero at first. */
export type Slot = Map<string, Float64Array>;

export interface ReferenceOptimizer {
  /** What it remembers, under the engine's names. */
  readonly slots: Readonly<Record<string, Slot>>;
  /** Moves every weight that has a gradient; one that has its first one later than others begins then. */
  update(
    weights: ReadonlyMap<string, Tensor>,
    gradients: ReadonlyMap<string, Float64Array>,
    rateOf: (name: string) => number,
  ): void;
}

/** The array of the weight `name`, made on first use. */
export function slotOf(slot: Slot, name: string, length: number): Float64Array {
  const values = slot.get(name) ?? new Float64Array(length);
  slot.set(name, values);
  return values;
}
