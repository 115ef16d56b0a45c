/** A weight tensor: its name and shape in the model, and its padded form in the engine's memory. */
import { padChannels } from '../compiler/layout.js';

/** A weight's shape in the model, and the matrices that its elements are, one behind the other. */
interface Form {
  readonly shape: readonly number[];
  readonly groups: number;
  readonly rows: number;
  readonly columns: number;
}

/** [height, width, channels, multiplier]. */
export type DepthwiseShape = readonly [number, number, number, number];

export interface ParameterOptions {
  /** The optimizer changes it; false for moving statistics too. */
  readonly trainable: boolean;
  /** Factor of the penalty `l2 * sum(w^2)`, 0 or more. */
  readonly l2: number;
}

/** `groups` matrices [rows, columns] one behind the other; in memory each is padded to [paddedRows, paddedColumns] with zeros. */
export class Parameter {
  /** Bytes from the start of the array that holds it (trainable weights or the others); set by the memory plan. */
  offset = 0;
  readonly shape: readonly number[];
  readonly groups: number;
  readonly rows: number;
  readonly columns: number;
  readonly paddedColumns: number;
  /** Equal to the floats of a pixel that the rows meet; settled when the graph is complete. */
  paddedRows: number;

  private constructor(
    readonly name: string,
    { shape, groups, rows, columns }: Form,
    readonly options: ParameterOptions,
  ) {
    this.shape = shape;
    this.groups = groups;
    this.rows = rows;
    this.columns = columns;
    this.paddedRows = rows === 1 ? 1 : padChannels(rows);
    this.paddedColumns = padChannels(columns);
  }

  /** A kernel [height, width, inputs, outputs], or [inputs, outputs]: a matrix for each tap of the window. */
  static kernel(name: string, shape: readonly number[], options: ParameterOptions): Parameter {
    const groups = shape.slice(0, -2).reduce((taps, size) => taps * size, 1);
    return new Parameter(name, { shape, groups, rows: shape.at(-2)!, columns: shape.at(-1)! }, options);
  }

  /** A kernel [height, width, channels, multiplier], which mixes no channels: a row of its outputs for each tap of the window. */
  static depthwiseKernel(name: string, shape: DepthwiseShape, options: ParameterOptions): Parameter {
    const [height, width, channels, multiplier] = shape;
    return new Parameter(name, { shape, groups: height * width, rows: 1, columns: channels * multiplier }, options);
  }

  /** A vector of one value per channel. */
  static perChannel(name: string, channels: number, options: ParameterOptions): Parameter {
    return new Parameter(name, { shape: [channels], groups: 1, rows: 1, columns: channels }, options);
  }

  /** Elements as the model counts them. */
  get size(): number {
    return this.groups * this.rows * this.columns;
  }

  get paddedSize(): number {
    return this.groups * this.paddedRows * this.paddedColumns;
  }

  /** Copies the model's elements into padded memory; the padding stays as it is. */
  pack(elements: Float32Array, memory: Float32Array): void {
    this.eachRow((compact, padded) => memory.set(elements.subarray(compact, compact + this.columns), padded));
  }

  /** The model's elements, copied out of padded memory. */
  unpack(memory: Float32Array): Float32Array {
    const elements = new Float32Array(this.size);
    this.eachRow((compact, padded) => elements.set(memory.subarray(padded, padded + this.columns), compact));
    return elements;
  }

  private eachRow(body: (compact: number, padded: number) => void): void {
    for (let group = 0; group < this.groups; group++) {
      for (let row = 0; row < this.rows; row++) {
        body((group * this.rows + row) * this.columns, (group * this.paddedRows + row) * this.paddedColumns);
      }
    }
  }
}
