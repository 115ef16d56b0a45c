/** The arrays that the optimizer keeps beside the trainable weights, as named tensors. */
import type { MemoryPlan } from '../compiler/memoryPlan.js';
import type { NamedWeights, OptimizerState } from '../types.js';
import type { LinearMemory } from './linearMemory.js';
import { readTensors, writeTensors, type TensorPlaces } from './tensors.js';

export class OptimizerSlots {
  constructor(
    private readonly plan: MemoryPlan,
    private readonly memory: LinearMemory,
  ) {}

  /** Copies of all slots. */
  read(): Record<string, NamedWeights> {
    const { slots } = this.plan;
    return Object.fromEntries([...slots.keys()].map((slot) => [slot, readTensors(this.memory, this.places(slot))]));
  }

  /** Replaces all slots by those of a state that `demandState` has found to fit. */
  write(state: OptimizerState['slots']): void {
    for (const slot of this.plan.slots.keys()) writeTensors(this.memory, state[slot]!, this.places(slot));
  }

  /** Where the tensors of one slot lie. */
  places(slot: string): TensorPlaces {
    const address = this.plan.slots.get(slot)!;
    return { parameters: this.plan.trainable, addressOf: ({ offset }) => address + offset };
  }
}
