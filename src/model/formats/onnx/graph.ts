/** An ONNX graph as it grows: nodes in the order in which they can run, and the constants that they read. */
import onnxProto from 'onnx-proto';
import type { Shape } from '../../shapeRules.js';

const { AttributeProto, TensorProto } = onnxProto.onnx;

/** Whole numbers become `INT` or `INTS`; fractions are wrapped, because a number cannot tell which it is. */
export type Attribute = number | readonly number[] | { readonly float: number };

export interface NodeOptions {
  /** Name of the node's only output, and of the node. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export class OnnxGraph {
  /** Names of tensors: those of layers may be anything. */
  private readonly taken: Set<string>;
  readonly nodes: onnxProto.onnx.INodeProto[] = [];
  readonly initializers: onnxProto.onnx.ITensorProto[] = [];

  /** `reserved`: names of the graph's own inputs and outputs, which no tensor inside of it gets. */
  constructor(reserved: readonly string[]) {
    this.taken = new Set(reserved);
  }

  /** Adds a node of one output; gives the output's name, which is `name` unless that is taken. */
  node(operator: string, { name: wish, inputs, attributes = {} }: NodeOptions): string {
    const name = this.freeName(wish);
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
    this.nodes.push({ opType: operator, name, input: [...inputs], output: [name], attribute });
    return name;
  }

  /** Gives `tensor` the reserved name of an output. */
  output(name: string, tensor: string): void {
    this.nodes.push({ opType: 'Identity', name, input: [tensor], output: [name], attribute: [] });
  }

  /** A constant of single-precision numbers, row-major; gives its name. */
  floats(wish: string, shape: Shape, data: Float32Array): string {
    const name = this.freeName(wish);
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength); // little-endian, as ONNX wants it
    this.initializers.push({ name, dims: [...shape], dataType: TensorProto.DataType.FLOAT, rawData });
    return name;
  }

  /** A constant list of 64-bit whole numbers; gives its name. */
  integers(wish: string, values: readonly number[]): string {
    const name = this.freeName(wish);
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.initializers.push({ name, dims: [values.length], dataType: TensorProto.DataType.INT64, rawData });
    return name;
  }

  private freeName(wish: string): string {
    let name = wish;
    while (this.taken.has(name)) name += '_';
    this.taken.add(name);
    return name;
  }
}

function attributeOf(name: string, value: Attribute): onnxProto.onnx.IAttributeProto {
  const { INT, INTS, FLOAT } = AttributeProto.AttributeType;
  if (typeof value === 'number') return { name, type: INT, i: value };
  return 'float' in value ? { name, type: FLOAT, f: value.float } : { name, type: INTS, ints: [...value] };
}
