/** Float64 tensors of the reference network. */

/** Row-major numbers; the first axis counts samples, except in weights. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A tensor of zeros. */
export function zeros(shape: readonly number[]): Tensor {
  return { shape, data: new Float64Array(shape.reduce((product, size) => product * size, 1)) };
}

/** A copy in float64, with the same or another shape. */
export function copy(source: { shape: readonly number[]; data: ArrayLike<number> }, shape = source.shape): Tensor {
  return { shape, data: Float64Array.from(source.data) };
}

/** Size of the axis `fromEnd` places from the last: 0 = channels, 1 = width, 2 = height of [count, height, width, channels]. */
export function axis(tensor: Tensor, fromEnd: number): number {
  const size = tensor.shape.at(-1 - fromEnd);
  if (size === undefined) throw new Error(`Expected at least ${fromEnd + 1} axes, got [${tensor.shape.join(', ')}].`);
  return size;
}

/** `target += source`, element by element. */
export function accumulate(target: Float64Array, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += source[i]!;
}
