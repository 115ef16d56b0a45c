/** Where the numbers of a network lie: one array for all that lasts, one for what a step works out. */
import type { Normalization, Operation } from 'layers-wasm/graph/operation.js';
import type { Parameter } from 'layers-wasm/graph/parameter.js';
import { blockSize } from './programs/optimizer.js';
import { statisticsRowCount } from './programs/normalization.js';

/** Elements of `parameter` with what is left of its last block. */
export const paddedSize = ({ size }: Parameter): number => Math.ceil(size / blockSize) * blockSize;

/**
 * The state: trained weights, other weights, then as many elements as the trained ones for every slot of the optimizer. The workspace: the
 * gradients of the trained weights, at the same places, then the rows of every normalisation.
 */
export class StateLayout {
  /** Trained ones first. */
  readonly parameters: readonly Parameter[];
  readonly trainable: readonly Parameter[];
  /** Elements of the trained weights. */
  readonly trainedSize: number;
  /** Elements of all weights: where the first slot begins. */
  readonly weightsSize: number;
  readonly stateSize: number;
  readonly workspaceSize: number;
  private readonly places = new Map<Parameter, number>();
  private readonly rows = new Map<Normalization, number>();

  constructor(
    graph: { readonly parameters: readonly Parameter[]; readonly operations: readonly Operation[] },
    readonly slots: readonly string[],
  ) {
    this.trainable = graph.parameters.filter(({ options }) => options.trainable);
    this.parameters = [...this.trainable, ...graph.parameters.filter(({ options }) => !options.trainable)];
    let end = 0;
    for (const parameter of this.parameters) {
      this.places.set(parameter, end);
      end += paddedSize(parameter);
    }
    this.weightsSize = end;
    this.trainedSize = this.trainable.reduce((sum, parameter) => sum + paddedSize(parameter), 0);
    this.stateSize = this.weightsSize + slots.length * this.trainedSize;
    end = this.trainedSize;
    for (const operation of graph.operations) {
      if (operation.kind !== 'normalization') continue;
      this.rows.set(operation, end);
      end += statisticsRowCount * operation.movingMean.size;
    }
    this.workspaceSize = Math.max(end, 1);
  }

  /** Of a weight in the state; -1 where the layer has no such weight. */
  placeOf(parameter: Parameter | undefined): number {
    return parameter ? this.places.get(parameter)! : -1;
  }

  /** Of a weight's gradient in the workspace; -1 where there is none. */
  gradientOf(parameter: Parameter | undefined): number {
    return parameter?.options.trainable ? this.placeOf(parameter) : -1;
  }

  /** Where a slot begins in the state. */
  slotOffset(slot: string): number {
    return this.weightsSize + this.slots.indexOf(slot) * this.trainedSize;
  }

  /** Of a normalisation's rows in the workspace. */
  rowsOf(normalization: Normalization): number {
    return this.rows.get(normalization)!;
  }

  /** By block of the weights, the place of its weight in `parameters`. */
  weightsOfBlocks(): Int32Array {
    const list = this.parameters.flatMap((parameter, index) =>
      new Array<number>(paddedSize(parameter) / blockSize).fill(index),
    );
    return Int32Array.from(list);
  }
}
