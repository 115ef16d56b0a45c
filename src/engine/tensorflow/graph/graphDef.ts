/** Encodes the nodes of a TensorFlow graph. */
import type { Attribute } from './attributes.js';
import { bytesField, concatenate, integerField, messageField, textField, type Encoded } from './protobuf.js';

/** A node of a graph: message `NodeDef` of tensorflow/core/framework/node_def.proto. */
export interface Node {
  readonly name: string;
  /** Of the operation: `Conv2D`. */
  readonly operation: string;
  /** `node` or `node:1` for its second output; `^node` = to run after it. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A whole graph: message `GraphDef` of tensorflow/core/framework/graph.proto. */
export function encodeGraph(nodes: readonly Node[]): Encoded {
  return concatenate([...nodes.map(nodeField), messageField(4, [integerField(1, producerVersion)])]);
}

/** Of graphs as TensorFlow 2.9 writes them: the oldest that is run. */
const producerVersion = 1087;

function nodeField({ name, operation, inputs, attributes }: Node): Encoded {
  return messageField(1, [
    textField(1, name),
    textField(2, operation),
    ...inputs.map((input) => textField(3, input)),
    ...Object.entries(attributes).map(([key, value]) => messageField(5, [textField(1, key), bytesField(2, value)])),
  ]);
}
