/** Softmax, and its cross-entropy with target probabilities. */
import { f32, f64, i32, type F64, type I32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Layout } from '../compiler/layout.js';
import { exponential, logarithm } from './scalarMath.js';

/** Maximum, index of the first maximum (in bytes) and the sum of exponentials of one sample's logits. */
function summarise(f: FunctionBuilder, module: ModuleBuilder, { logits, classes }: { logits: I32; classes: number }) {
  const largest = f.let(f64.constant(-Infinity));
  const winner = f.let(i32.constant(0));
  const sum = f.let(f64.constant(0));
  const logit = (offset: I32): F64 => f64.fromF32(f32.load(i32.add(logits, offset)));
  f.stride(classes * 4, 4, (offset) => {
    f.if(f64.greater(logit(offset), largest), () => {
      f.set(largest, logit(offset));
      f.set(winner, offset);
    });
  });
  const exponentialOf = (offset: I32): F64 =>
    f.callFor('f64', exponential(module), f64.subtract(logit(offset), largest));
  f.stride(classes * 4, 4, (offset) => f.set(sum, f64.add(sum, exponentialOf(offset))));
  return { largest, winner, sum, logit, exponentialOf };
}

/** Class probabilities, without padding. Arguments: logits, probabilities [count, classes], count. */
export function softmaxKernel(module: ModuleBuilder, logits: Layout): FunctionBuilder {
  return module.kernel(`softmax ${logits.key} ${logits.channels}`, 3, (f) => {
    const from = f.let(f.argument(0));
    const to = f.let(f.argument(1));
    f.repeatDynamic(f.argument(2), () => {
      const { sum, exponentialOf } = summarise(f, module, { logits: from, classes: logits.channels });
      f.stride(logits.channels * 4, 4, (offset) => {
        f.store(i32.add(to, offset), f32.fromF64(f64.divide(exponentialOf(offset), sum)));
      });
      f.advance(from, logits.sample * 4);
      f.advance(to, logits.channels * 4);
    });
  });
}

/** Copies outputs as they are, without padding. Arguments: outputs, copy [count, channels], count. */
export function outputKernel(module: ModuleBuilder, output: Layout): FunctionBuilder {
  return module.kernel(`output ${output.key} ${output.channels}`, 3, (f) => {
    const from = f.let(f.argument(0));
    const to = f.let(f.argument(1));
    f.repeatDynamic(f.argument(2), () => {
      f.stride(output.channels * 4, 4, (offset) => f.store(i32.add(to, offset), f32.load(i32.add(from, offset))));
      f.advance(from, output.sample * 4);
      f.advance(to, output.channels * 4);
    });
  });
}

/** Where the loss finds what it should come to. */
export interface LossMemory {
  /** int32 class per sample of the batch. */
  readonly labels: number;
  /** Single-precision target probabilities [batch, classes]. */
  readonly targets: number;
  /** Single-precision factor per sample. */
  readonly weights: number;
  /** Address of the int32 count of samples in the batch. */
  readonly count: number;
}

/**
 * `loss_i = weight_i * sum_c t_c * (log(sum_k exp(z_k)) - z_c)`; its gradient `weight_i / n * (softmax(z) * sum_c t_c - t)`.
 * Arguments: logits, gradient, first sample, count, sums: the chunk's loss (double) and, behind it, its correct answers (int32).
 */
export function crossEntropyKernel(
  module: ModuleBuilder,
  { logits, gradient }: { logits: Layout; gradient: Layout },
  memory: LossMemory,
): FunctionBuilder {
  return module.kernel(`cross-entropy ${logits.key} ${gradient.key} ${logits.channels}`, 5, (f) => {
    const from = f.let(f.argument(0));
    const to = f.let(i32.add(f.argument(1), i32.constant(gradient.at(0, 0) * 4)));
    const sample = f.let(i32.shiftLeft(f.argument(2), i32.constant(2)));
    const target = f.let(i32.multiply(f.argument(2), i32.constant(logits.channels * 4)));
    const sums = f.argument(4);
    f.repeatDynamic(f.argument(3), () => {
      const { largest, winner, sum, logit, exponentialOf } = summarise(f, module, {
        logits: from,
        classes: logits.channels,
      });
      const label = f.let(i32.shiftLeft(i32.load(sample, memory.labels), i32.constant(2)));
      const weight = f.let(f64.fromF32(f32.load(sample, memory.weights)));
      const logSum = f.let(f64.add(f.callFor('f64', logarithm(module), sum), largest));
      const [surprise, mass] = [f.let(f64.constant(0)), f.let(f64.constant(0))];
      const targetOf = (offset: I32): F64 => f64.fromF32(f32.load(i32.add(target, offset), memory.targets));
      f.stride(logits.channels * 4, 4, (offset) => {
        const share = f.let(targetOf(offset));
        f.set(surprise, f64.add(surprise, f64.multiply(share, f64.subtract(logSum, logit(offset)))));
        f.set(mass, f64.add(mass, share));
      });
      f.store(sums, f64.add(f64.load(sums), f64.multiply(weight, surprise)));
      // Of a network that has diverged the sum is NaN: no class is the most probable one then.
      const isCorrect = i32.and(i32.equal(winner, label), f64.greater(sum, f64.constant(0)));
      f.store(sums, i32.add(i32.load(sums, 8), isCorrect), 8);
      const share = f.let(f64.divide(weight, f64.fromI32(i32.load(i32.constant(memory.count)))));
      f.stride(logits.channels * 4, 4, (offset) => {
        const probability = f64.divide(exponentialOf(offset), sum);
        const miss = f64.subtract(f64.multiply(probability, mass), targetOf(offset));
        f.store(i32.add(to, offset), f32.fromF64(f64.multiply(share, miss)));
      });
      for (let c = logits.channels; c < logits.pixel; c++) f.store(to, f32.constant(0), c * 4);
      f.advance(from, logits.sample * 4);
      f.advance(to, gradient.sample * 4);
      f.advance(sample, 4);
      f.advance(target, logits.channels * 4);
    });
  });
}
