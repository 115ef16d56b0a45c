/** Clipping by the norm of all gradients together (Pascanu et al. 2013), as Keras' `global_clipnorm` does it. */
import { f32, f64, f64x2, i32, v128 } from '../../assembler/expression.js';
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { eachVector, emitTotalGradient, type GradientMemory } from './totalGradient.js';

export interface NormMemory extends GradientMemory {
  /** Two doubles per item: the squares of its even and odd elements. */
  readonly squares: number;
  /** Of the single-precision factor of all gradients. */
  readonly gradientScale: number;
}

/** Leaves the gradients of one item, and the sum of their squares. Argument: the index of the item of work. */
export function gradientSquaresKernel(module: ModuleBuilder, memory: NormMemory): FunctionBuilder {
  return module.kernel('gradient squares', 1, (f) => {
    const [gradient, sum] = [f.local('v128'), f.let(v128.zero())];
    eachVector(f, memory, (at, item) => {
      emitTotalGradient(module, f, { memory, at, item, gradient });
      for (const widen of [f64x2.promoteLow, f64x2.promoteHigh]) {
        const wide = f.let(widen(gradient));
        f.set(sum, f64x2.add(sum, f64x2.multiply(wide, wide)));
      }
    });
    f.store(i32.shiftLeft(f.argument(0), i32.constant(4)), sum, memory.squares);
  });
}

/** Emits `scale = clipNorm / max(norm, clipNorm)`; the items' squares are added in order, so that no thread changes a bit. */
export function emitGradientScale(
  f: FunctionBuilder,
  memory: NormMemory,
  options: { items: number; clipNorm: number },
): void {
  const sum = f.let(f64.constant(0));
  f.stride(options.items * 16, 8, (offset) => f.set(sum, f64.add(sum, f64.load(offset, memory.squares))));
  const most = f64.constant(options.clipNorm);
  const scale = f64.divide(most, f64.maximum(f64.squareRoot(sum), most)); // NaN for a norm of NaN
  f.store(i32.constant(memory.gradientScale), f32.fromF64(scale));
}
