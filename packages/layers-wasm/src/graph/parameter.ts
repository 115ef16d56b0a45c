/** A weight tensor: its name and shape in the model, and its padded form in the engine's memory. */
import { padChannels } from '../compiler/layout.js';

/** `groups` matrices [rows, columns] one behind the other; in memory each is padded to [paddedRows, paddedColumns] with zeros. */
export class Parameter {
  /** Bytes from the start of the array that holds it (trainable weights or the others); set by the memory plan. */
  offset = 0;
  readonly groups: number;
  readonly rows: number;
  readonly columns: number;
  readonly paddedColumns: number;
  /** Equal to the floats of a pixel that the rows meet; settled when the graph is complete. */
  paddedRows: number;

  constructor(
    readonly name: string,
    readonly shape: readonly number[],
    matrix: { groups: number; rows: number; columns: number },
    readonly options: { trainable: boolean; l2: number },
  ) {
    this.groups = matrix.groups;
    this.rows = matrix.rows;
    this.columns = matrix.columns;
    this.paddedRows = matrix.rows === 1 ? 1 : padChannels(matrix.rows);
    this.paddedColumns = padChannels(matrix.columns);
  }

  /** A vector of one value per channel. */
  static perChannel(name: string, channels: number, options: { trainable: boolean; l2: number }): Parameter {
    return new Parameter(name, [channels], { groups: 1, rows: 1, columns: channels }, options);
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
