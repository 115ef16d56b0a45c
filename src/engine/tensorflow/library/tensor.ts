/** Tensors in TensorFlow's own memory, which values are copied into and out of. */
import { elementTypes, type ElementType } from '../graph/attributes.js';
import type { Address } from './functions.js';
import type { TensorflowLibrary } from './openLibrary.js';

/** What a tensor is made from. */
export interface TensorValue {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Its elements in row-major order, in the type's own format. */
  readonly elements: NodeJS.TypedArray;
}

/** A new tensor with a copy of `elements`; whoever asked for it deletes it. */
export function makeTensor({ functions, copy }: TensorflowLibrary, { type, shape, elements }: TensorValue): Address {
  const sizes = BigInt64Array.from(shape, BigInt);
  const tensor = functions.allocateTensor(elementTypes[type], sizes, shape.length, elements.byteLength);
  copy(functions.tensorData(tensor), elements, elements.byteLength);
  return tensor;
}

/** A copy of the elements of a single-precision tensor. */
export function readTensor({ functions, copy }: TensorflowLibrary, tensor: Address): Float32Array {
  const bytes = functions.tensorByteSize(tensor);
  const elements = new Float32Array(bytes / 4);
  copy(elements, functions.tensorData(tensor), bytes);
  return elements;
}
