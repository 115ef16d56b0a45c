/** What closes a training step: the sums of bias gradients, and the optimizer. */
import { f32, i32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { isConvolution, type Graph } from '../graph/operation.js';
import { updateItemBytes } from '../kernels/optimizer/totalGradient.js';
import { sumOverChunks } from '../kernels/chunkSums.js';
import { emitGradientScale, gradientSquaresKernel } from '../kernels/optimizer/gradientNorm.js';
import { updateKernel, type UpdateOptions } from '../kernels/optimizer/update.js';
import type { ProgramStage } from './emitProgram.js';
import type { Arena, MemoryPlan } from './memoryPlan.js';
import { otherWork } from './profile.js';

/** Floats that one item of the update covers. */
const floatsPerItem = 4096;

export interface UpdateItem {
  /** Name of the weight that it is a piece of. */
  readonly weight: string;
  readonly start: number;
  readonly bytes: number;
  /** Twice the factor of the L2 penalty: its derivative is 2 l2 w. */
  readonly penalty: number;
  /** Its gradient has been summed over the whole batch, and is no sum of the chunks'. */
  readonly isSummed: boolean;
}

/** Cuts the trainable weights into items of work. */
function updateItems({ trainable, chunkGradientBytes }: UpdatedWeights): UpdateItem[] {
  return trainable.flatMap(({ name, offset, paddedSize, options }) => {
    const pieces = Math.ceil(paddedSize / floatsPerItem);
    return Array.from({ length: pieces }, (_, i) => ({
      weight: name,
      start: offset + i * floatsPerItem * 4,
      bytes: Math.min(floatsPerItem, paddedSize - i * floatsPerItem) * 4,
      penalty: 2 * options.l2,
      isSummed: offset >= chunkGradientBytes,
    }));
  });
}

/** The table of items, to be written at its address. */
export interface UpdateTable {
  readonly address: number;
  readonly list: readonly UpdateItem[];
}

/** The weights that an update changes, and the bytes of those whose gradients are sums of the chunks'. */
type UpdatedWeights = Pick<MemoryPlan, 'trainable' | 'chunkGradientBytes'>;

/** Places the table of items that the stages of the update read. */
export function placeUpdateTable(arena: Arena, weights: UpdatedWeights): UpdateTable {
  const list = updateItems(weights);
  return { address: arena.allocate(list.length * updateItemBytes), list };
}

/** The stages of the update: one, or two where the norm of all gradients must be known before any weight moves. */
export function emitUpdate(
  module: ModuleBuilder,
  plan: MemoryPlan,
  options: UpdateOptions & { table: UpdateTable },
): ProgramStage[] {
  const { parameters, gradients, slots, control, chunkAddress, chunkBytes, arena } = plan;
  const { table, clipNorm } = options;
  const { gradientScale, chunks } = control;
  const memory = {
    ...{ parameters, gradients, slots, chunkBytes, gradientScale, chunks },
    chunkGradients: chunkAddress,
    items: table.address,
  };
  const items = table.list.length;
  const stage = (name: string, kernel: FunctionBuilder, serial?: FunctionBuilder): ProgramStage => {
    const f = module.function(name, ['i32', 'i32']);
    f.call(kernel, f.argument(0)); // no scratch memory is needed
    return { item: f, items: i32.constant(items), serial, work: otherWork(name) };
  };
  const update = stage('update', updateKernel(module, memory, options));
  if (clipNorm === undefined) return [update];
  const norm = { ...memory, squares: arena.allocate(items * 16) };
  const scale = module.function('gradient scale', []);
  emitGradientScale(scale, norm, { items, clipNorm });
  return [stage('gradient norm', gradientSquaresKernel(module, norm), scale), update];
}

/** Adds up the bias gradients of all chunks and leaves them as the first chunk's. */
export function emitBiasGradients(f: FunctionBuilder, plan: MemoryPlan, graph: Graph): void {
  for (const operation of graph.operations) {
    const bias = isConvolution(operation) ? operation.bias : undefined;
    if (!bias?.options.trainable) continue;
    const first = plan.chunkAddress + plan.chunkGradientBytes + plan.sumsOf(bias);
    f.stride(bias.paddedColumns * 4, 4, (offset) => {
      const chunks = i32.load(i32.constant(plan.control.chunks));
      const at = i32.add(i32.constant(first), i32.multiply(offset, i32.constant(2)));
      const sum = sumOverChunks(f, at, { chunks, chunkBytes: plan.chunkBytes });
      f.store(offset, f32.fromF64(sum), plan.chunkAddress + bias.offset);
    });
  }
}
