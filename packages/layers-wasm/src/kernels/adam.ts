/** The update of the weights: gradients of all chunks added in order, L2, Adam (Kingma and Ba 2015). */
import { f32x4, i32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';

/** Addresses in bytes; parameters, moments and gradients are arrays of the same order and length. */
export interface AdamMemory {
  readonly parameters: number;
  readonly gradients: number;
  readonly firstMoments: number;
  readonly secondMoments: number;
  /** Gradients of the first chunk, and the bytes from one chunk's to the next. */
  readonly chunkGradients: number;
  readonly chunkBytes: number;
  /** Of the single-precision step size, bias correction included. */
  readonly stepSize: number;
  /** Of the int32 count of chunks. */
  readonly chunks: number;
  /** Items of work: int32 first byte, int32 bytes, single-precision twice the L2 factor, unused. */
  readonly items: number;
}

/**
 * `g = sum_chunks g_k + 2 l2 p`, `m += (1 - beta1) (g - m)`, `v += (1 - beta2) (g^2 - v)`, `p -= step * m / (sqrt(v) + epsilon)`.
 * Argument: the index of the item of work.
 */
export function adamKernel(
  module: ModuleBuilder,
  memory: AdamMemory,
  options: { beta1: number; beta2: number; epsilon: number },
): FunctionBuilder {
  return module.kernel('adam', 1, (f) => {
    const item = f.let(i32.shiftLeft(f.argument(0), i32.constant(4)));
    const at = f.let(i32.load(item, memory.items));
    const end = f.let(i32.add(at, i32.load(item, memory.items + 4)));
    const penalty = f.let(f32x4.loadSplat(item, memory.items + 8));
    const chunks = f.let(i32.load(i32.constant(memory.chunks)));
    const stepSize = f.let(f32x4.loadSplat(i32.constant(memory.stepSize)));
    const [gradient, first, second, parameter] = [f.local('v128'), f.local('v128'), f.local('v128'), f.local('v128')];
    const body = (): void => {
      f.set(gradient, f32x4.constant(0));
      const chunk = f.let(at);
      f.repeatDynamic(chunks, () => {
        f.set(gradient, f32x4.add(gradient, f32x4.load(chunk, memory.chunkGradients)));
        f.advance(chunk, memory.chunkBytes);
      });
      f.set(parameter, f32x4.load(at, memory.parameters));
      f.set(gradient, module.multiplyAdd(penalty, parameter, gradient));
      f.store(at, gradient, memory.gradients);
      f.set(first, f32x4.load(at, memory.firstMoments));
      f.set(first, module.multiplyAdd(f32x4.subtract(gradient, first), f32x4.constant(1 - options.beta1), first));
      f.store(at, first, memory.firstMoments);
      f.set(second, f32x4.load(at, memory.secondMoments));
      const square = f32x4.multiply(gradient, gradient);
      f.set(second, module.multiplyAdd(f32x4.subtract(square, second), f32x4.constant(1 - options.beta2), second));
      f.store(at, second, memory.secondMoments);
      const divisor = f32x4.add(f32x4.squareRoot(second), f32x4.constant(options.epsilon));
      f.store(at, f32x4.subtract(parameter, f32x4.divide(f32x4.multiply(stepSize, first), divisor)), memory.parameters);
      f.advance(at, 16);
    };
    f.while(i32.lessUnsigned(at, end), body);
  });
}
