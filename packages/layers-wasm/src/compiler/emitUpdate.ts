/** What closes a training step: the optimizer, and the packed copies of the new weights. */
import { f32, i32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Convolution, Graph } from '../graph/operation.js';
import type { Parameter } from '../graph/parameter.js';
import { adamKernel } from '../kernels/adam.js';
import { sumOverChunks } from '../kernels/chunkSums.js';
import { packingKernel } from '../kernels/packing.js';
import { tapsOf } from './geometry.js';
import type { MemoryPlan } from './memoryPlan.js';

/** Floats that one item of the update covers. */
const floatsPerItem = 4096;

export interface UpdateItem {
  readonly start: number;
  readonly bytes: number;
  /** Twice the factor of the L2 penalty: its derivative is 2 l2 w. */
  readonly penalty: number;
}

/** Cuts the trainable weights into items of work. */
export function updateItems(parameters: readonly Parameter[]): UpdateItem[] {
  return parameters.flatMap(({ offset, paddedSize, options }) => {
    const pieces = Math.ceil(paddedSize / floatsPerItem);
    return Array.from({ length: pieces }, (_, i) => ({
      start: offset + i * floatsPerItem * 4,
      bytes: Math.min(floatsPerItem, paddedSize - i * floatsPerItem) * 4,
      penalty: 2 * options.l2,
    }));
  });
}

/** The update of one item: arguments item and scratch, of which it needs none. */
export function emitUpdate(
  module: ModuleBuilder,
  plan: MemoryPlan,
  items: number,
  options: { beta1: number; beta2: number; epsilon: number },
): FunctionBuilder {
  const { parameters, gradients, firstMoments, secondMoments, control, chunkAddress, chunkBytes } = plan;
  const memory = {
    ...{ parameters, gradients, firstMoments, secondMoments, items, chunkBytes },
    chunkGradients: chunkAddress,
    stepSize: control.stepSize,
    chunks: control.chunks,
  };
  const f = module.function('update', ['i32', 'i32']);
  f.call(adamKernel(module, memory, options), f.argument(0));
  return f;
}

/** Adds up the bias gradients of all chunks and leaves them as the first chunk's. */
export function emitBiasGradients(f: FunctionBuilder, plan: MemoryPlan, graph: Graph): void {
  for (const operation of graph.operations) {
    const bias = operation.kind === 'convolution' || operation.kind === 'depthwise' ? operation.bias : undefined;
    if (!bias) continue;
    const first = plan.chunkAddress + plan.trainableBytes + plan.sumsOf(bias);
    f.stride(bias.paddedColumns * 4, 4, (offset) => {
      const chunks = i32.load(i32.constant(plan.control.chunks));
      const at = i32.add(i32.constant(first), i32.multiply(offset, i32.constant(2)));
      const sum = sumOverChunks(f, at, { chunks, chunkBytes: plan.chunkBytes });
      f.store(offset, f32.fromF64(sum), plan.chunkAddress + bias.offset);
    });
  }
}

/** The packing of one convolution's weights: arguments item (which convolution) and scratch, of which it needs none. */
export function emitPacking(
  module: ModuleBuilder,
  plan: MemoryPlan,
  convolutions: readonly Convolution[],
): FunctionBuilder {
  const f = module.function('pack', ['i32', 'i32']);
  convolutions.forEach((operation, index) => {
    f.if(i32.equal(f.argument(0), i32.constant(index)), () => packOne(f, module, plan, operation));
  });
  return f;
}

function packOne(f: FunctionBuilder, module: ModuleBuilder, plan: MemoryPlan, operation: Convolution): void {
  const { kernel, window } = operation;
  const { groups, paddedRows, paddedColumns } = kernel;
  const source = plan.addressOf(kernel);
  const { forward, phases } = plan.packedWeights(operation);
  const depth = groups * paddedRows;
  const whole = { depth, columns: paddedColumns, rowStep: paddedColumns, columnStep: 1, panelDepth: depth };
  f.call(packingKernel(module, whole), i32.constant(source), i32.constant(forward), i32.constant(0));
  for (const { phase, address } of phases) {
    // Gradients flow from output channels to input channels: each tap's matrix is transposed.
    const taps = tapsOf(phase, window);
    const transposed = {
      depth: paddedColumns,
      columns: paddedRows,
      rowStep: 1,
      columnStep: paddedColumns,
      panelDepth: taps.length * paddedColumns,
    };
    taps.forEach((tap, i) => {
      const matrix = source + tap * paddedRows * paddedColumns * 4;
      const kernelFunction = packingKernel(module, transposed);
      f.call(kernelFunction, i32.constant(matrix), i32.constant(address), i32.constant(i * paddedColumns));
    });
  }
}
