/** Attributes of a node of a TensorFlow graph: encoded messages `AttrValue` of tensorflow/core/framework/attr_value.proto. */
import {
  bytesField,
  floatField,
  integerField,
  messageField,
  packedField,
  textField,
  type Encoded,
} from './protobuf.js';

/** An encoded value of an attribute. */
export type Attribute = Encoded;

/** Numbers of the element types in tensorflow/core/framework/types.proto. */
export const elementTypes = { float32: 1, int32: 3, uint8: 4, int64: 9, bool: 10, resource: 20 } as const;
export type ElementType = keyof typeof elementTypes;

/** Sizes of a tensor's axes; -1 = any. */
export type TensorShape = readonly number[];

export function text(value: string): Attribute {
  return textField(2, value);
}

export function integer(value: number): Attribute {
  return integerField(3, value);
}

export function float(value: number): Attribute {
  return floatField(4, value);
}

export function flag(value: boolean): Attribute {
  return integerField(5, Number(value));
}

export function type(value: ElementType): Attribute {
  return integerField(6, elementTypes[value]);
}

/** A shape; undefined = of any number of axes. */
export function shape(sizes: TensorShape | undefined): Attribute {
  return messageField(7, shapeFields(sizes));
}

/** A list of whole numbers. */
export function integers(values: readonly number[]): Attribute {
  return messageField(1, [packedField(3, values)]);
}

/** The elements of a tensor of constants, in row-major order. */
export interface Constant {
  readonly type: 'float32' | 'int32';
  readonly shape: TensorShape;
  readonly values: readonly number[];
}

export function tensor(constant: Constant): Attribute {
  const { values } = constant;
  const elements = constant.type === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
  return messageField(8, [
    integerField(1, elementTypes[constant.type]),
    messageField(2, shapeFields(constant.shape)),
    bytesField(4, new Uint8Array(elements.buffer)), // little-endian, as every host of TensorFlow is
  ]);
}

function shapeFields(sizes: TensorShape | undefined): Encoded[] {
  if (sizes === undefined) return [integerField(3, 1)];
  return sizes.map((size) => messageField(2, [integerField(1, size)]));
}
