/** Collects the nodes of a TensorFlow graph. */
import {
  shape,
  tensor,
  type,
  type Attribute,
  type Constant,
  type ElementType,
  type TensorShape,
} from './attributes.js';
import { encodeGraph, type Node } from './graphDef.js';
import type { Encoded } from './protobuf.js';

/** An output of a node, by name: `scope/Conv2D_3`, `scope/SplitV_4:2`. */
export type Output = string;

export class GraphWriter {
  private readonly nodes: Node[] = [];
  private readonly constants = new Map<string, Output>();
  /** Stands before the names of new nodes, so that TensorFlow's errors tell the layer. */
  scope = '';

  /** How many nodes there are. */
  get size(): number {
    return this.nodes.length;
  }

  /** Adds a node and gives its first output. */
  add(operation: string, inputs: readonly Output[], attributes: Readonly<Record<string, Attribute>> = {}): Output {
    const scope = this.scope.replace(/[^A-Za-z0-9_.]/g, '_').replace(/^_+/, '');
    const name = `${scope === '' ? '' : `${scope}/`}${operation}_${this.nodes.length}`;
    this.nodes.push({ name, operation, inputs, attributes });
    return name;
  }

  /** Adds a node whose elements, in and out, are of single precision. */
  compute(operation: string, inputs: readonly Output[], attributes: Readonly<Record<string, Attribute>> = {}): Output {
    return this.add(operation, inputs, { T: type('float32'), ...attributes });
  }

  /** What a run is to feed. */
  placeholder(elements: ElementType, sizes: TensorShape | undefined): Output {
    return this.add('Placeholder', [], { dtype: type(elements), shape: shape(sizes) });
  }

  /** A constant; the same one is one node. */
  constant(value: Constant): Output {
    const key = JSON.stringify(value);
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const added = this.add('Const', [], { dtype: type(value.type), value: tensor(value) });
    this.constants.set(key, added);
    return added;
  }

  /** A single-precision number. */
  number(value: number): Output {
    return this.constant({ type: 'float32', shape: [], values: [value] });
  }

  /** A vector of whole numbers, such as axes or sizes. */
  integers(values: readonly number[]): Output {
    return this.constant({ type: 'int32', shape: [values.length], values });
  }

  reshape(input: Output, sizes: TensorShape): Output {
    return this.compute('Reshape', [input, this.integers(sizes)]);
  }

  /** The graph as TensorFlow reads it. */
  encode(): Encoded {
    return encodeGraph(this.nodes);
  }
}

/** Output number `index` of the node whose first output is `first`. */
export function outputOf(first: Output, index: number): Output {
  return index === 0 ? first : `${first}:${index}`;
}
