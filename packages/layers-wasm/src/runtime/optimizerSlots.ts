/** The arrays that the optimizer keeps beside the trainable weights, as named tensors. */
import type { MemoryPlan } from '../compiler/memoryPlan.js';
import { LayersWasmError } from '../errors.js';
import { averagesSlot } from '../kernels/optimizer/movingAverage.js';
import type { NamedWeight, NamedWeights, OptimizerState } from '../types.js';
import type { LinearMemory } from './linearMemory.js';
import { demandTensors, readTensors, writeTensors, type TensorPlaces } from './tensors.js';

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

  /** Replaces all slots; checks them first, so that a state that does not fit changes nothing. Throws WEIGHTS_INVALID. */
  write(state: OptimizerState['slots']): void {
    this.demandAll(state);
    for (const slot of this.plan.slots.keys()) writeTensors(this.memory, state[slot]!, this.places(slot));
  }

  /**
   * The slots behind a change of what is trained: tensors that `state` has, and for weights that it does not have zeros, or the
   * weights themselves for their averages; `started` are the names of those. Throws WEIGHTS_INVALID for other slots than these.
   */
  carried(state: OptimizerState['slots']): { slots: OptimizerState['slots']; started: readonly string[] } {
    this.demandSlots(state);
    const { plan } = this;
    const weights = readTensors(this.memory, {
      parameters: plan.trainable,
      addressOf: (parameter) => plan.addressOf(parameter),
    });
    const slots = [...plan.slots.keys()].map((slot) => {
      const begin = ({ shape, data }: NamedWeight): NamedWeight =>
        slot === averagesSlot ? { shape, data } : { shape, data: new Float32Array(data.length) };
      const tensors = [...weights].map(([name, now]) => [name, state[slot]!.get(name) ?? begin(now)] as const);
      return [slot, new Map(tensors)] as const;
    });
    const known = Object.values(state)[0];
    const started = known ? [...weights.keys()].filter((name) => !known.has(name)) : [];
    return { slots: Object.fromEntries(slots), started };
  }

  /** Where the tensors of one slot lie. */
  places(slot: string): TensorPlaces {
    const address = this.plan.slots.get(slot)!;
    return { parameters: this.plan.trainable, addressOf: ({ offset }) => address + offset };
  }

  private demandSlots(state: OptimizerState['slots']): void {
    const expected = [...this.plan.slots.keys()];
    const got = Object.keys(state);
    if (expected.length !== got.length || expected.some((slot) => !Object.hasOwn(state, slot))) {
      throw new LayersWasmError(
        'WEIGHTS_INVALID',
        `This network's optimizer keeps ${named(expected)}, got a state with ${named(got)}; ` +
          'compile with the options that the state was made with.',
      );
    }
  }

  private demandAll(state: OptimizerState['slots']): void {
    this.demandSlots(state);
    const names = new Set(this.plan.trainable.map(({ name }) => name));
    for (const slot of this.plan.slots.keys()) {
      demandTensors(this.plan.trainable, state[slot]!, `optimizer's ${slot} of`);
      const unknown = [...state[slot]!.keys()].find((name) => !names.has(name));
      if (unknown === undefined) continue;
      throw new LayersWasmError(
        'WEIGHTS_INVALID',
        `The optimizer's ${slot} have "${unknown}", which is no trainable weight here.`,
      );
    }
  }
}

function named(slots: readonly string[]): string {
  return slots.length === 0 ? 'no slots' : `the slots ${slots.join(', ')}`;
}
