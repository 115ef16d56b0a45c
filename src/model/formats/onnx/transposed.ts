/** Changing the order of a tensor's axes. */
import type { NamedWeight } from '../../modelFile.js';

/** `tensor` with axis `order[i]` of the old one as axis i: a copy, row-major. */
export function transposed({ shape, data }: NamedWeight, order: readonly number[]): NamedWeight {
  const newShape = order.map((axis) => shape[axis]!);
  const oldSteps = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const steps = order.map((axis) => oldSteps[axis]!);
  const result = new Float32Array(data.length);
  let to = 0;
  const copy = (axis: number, from: number): void => {
    const [size, step] = [newShape[axis]!, steps[axis]!];
    if (axis < order.length - 1) for (let i = 0; i < size; i++) copy(axis + 1, from + i * step);
    else for (let i = 0; i < size; i++) result[to++] = data[from + i * step]!;
  };
  copy(0, 0);
  return { shape: newShape, data: result };
}
