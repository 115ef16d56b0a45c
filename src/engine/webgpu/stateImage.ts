/** A copy of a network's state on the host, as named tensors. */
import type { Parameter } from 'layers-wasm/graph/parameter.js';
import type { NamedWeights } from '../../model/modelFile.js';
import type { StateLayout } from './stateLayout.js';

export class StateImage {
  constructor(
    private readonly layout: StateLayout,
    /** [layout.stateSize]. */
    private readonly values: Float32Array,
  ) {}

  /** Of zeros. */
  static blank(layout: StateLayout): StateImage {
    return new StateImage(layout, new Float32Array(layout.stateSize));
  }

  /** All weights, trained ones first. */
  get weightValues(): Float32Array {
    return this.values.subarray(0, this.layout.weightsSize);
  }

  get trainedValues(): Float32Array {
    return this.values.subarray(0, this.layout.trainedSize);
  }

  /** All slots, one behind the other. */
  get slotValues(): Float32Array {
    return this.values.subarray(this.layout.weightsSize);
  }

  /** A view of one weight. */
  weight(parameter: Parameter): Float32Array {
    return this.at(this.layout.placeOf(parameter), parameter);
  }

  /** Copies of `parameters`, in their order. */
  weights(parameters: readonly Parameter[]): NamedWeights {
    return new Map(parameters.map((one) => [one.name, { shape: one.shape, data: this.weight(one).slice() }]));
  }

  /** Copies of one slot's tensors. */
  slot(slot: string): NamedWeights {
    const start = this.layout.slotOffset(slot);
    return new Map(
      this.layout.trainable.map((one) => {
        return [one.name, { shape: one.shape, data: this.at(start + this.layout.placeOf(one), one).slice() }];
      }),
    );
  }

  slots(): Record<string, NamedWeights> {
    return Object.fromEntries(this.layout.slots.map((slot) => [slot, this.slot(slot)]));
  }

  /** `weights` have been found to fit. */
  writeWeights(weights: NamedWeights): void {
    for (const parameter of this.layout.parameters) this.weight(parameter).set(weights.get(parameter.name)!.data);
  }

  /** `slots` have been found to fit. */
  writeSlots(slots: Readonly<Record<string, NamedWeights>>): void {
    for (const slot of this.layout.slots) {
      const start = this.layout.slotOffset(slot);
      for (const parameter of this.layout.trainable) {
        const place = start + this.layout.placeOf(parameter);
        this.at(place, parameter).set(slots[slot]!.get(parameter.name)!.data);
      }
    }
  }

  private at(place: number, { size }: Parameter): Float32Array {
    return this.values.subarray(place, place + size);
  }
}
