/** What closes a training step: the optimizer, and the packed copies of the new weights. */
import { f32, i32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { isConvolution, type Convolution, type Graph } from '../graph/operation.js';
import type { Parameter } from '../graph/parameter.js';
import { updateItemBytes } from '../kernels/optimizer/totalGradient.js';
import { sumOverChunks } from '../kernels/chunkSums.js';
import { emitGradientScale, gradientSquaresKernel } from '../kernels/optimizer/gradientNorm.js';
import { updateKernel, type UpdateOptions } from '../kernels/optimizer/update.js';
import { packingKernel } from '../kernels/packing.js';
import { filterTransformKernel } from '../kernels/winograd/filterTransform.js';
import type { ProgramStage } from './emitProgram.js';
import { tapsOf } from './geometry.js';
import type { Arena, MemoryPlan } from './memoryPlan.js';
import { otherWork } from './profile.js';
import type { PackedMatrix } from './winograd.js';

/** Floats that one item of the update covers. */
const floatsPerItem = 4096;

export interface UpdateItem {
  /** Name of the weight that it is a piece of. */
  readonly weight: string;
  readonly start: number;
  readonly bytes: number;
  /** Twice the factor of the L2 penalty: its derivative is 2 l2 w. */
  readonly penalty: number;
}

/** Cuts the trainable weights into items of work. */
function updateItems(parameters: readonly Parameter[]): UpdateItem[] {
  return parameters.flatMap(({ name, offset, paddedSize, options }) => {
    const pieces = Math.ceil(paddedSize / floatsPerItem);
    return Array.from({ length: pieces }, (_, i) => ({
      weight: name,
      start: offset + i * floatsPerItem * 4,
      bytes: Math.min(floatsPerItem, paddedSize - i * floatsPerItem) * 4,
      penalty: 2 * options.l2,
    }));
  });
}

/** The table of items, to be written at its address. */
export interface UpdateTable {
  readonly address: number;
  readonly list: readonly UpdateItem[];
}

/** Places the table of items that the stages of the update read. */
export function placeUpdateTable(arena: Arena, parameters: readonly Parameter[]): UpdateTable {
  const list = updateItems(parameters);
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
    const first = plan.chunkAddress + plan.trainableBytes + plan.sumsOf(bias);
    f.stride(bias.paddedColumns * 4, 4, (offset) => {
      const chunks = i32.load(i32.constant(plan.control.chunks));
      const at = i32.add(i32.constant(first), i32.multiply(offset, i32.constant(2)));
      const sum = sumOverChunks(f, at, { chunks, chunkBytes: plan.chunkBytes });
      f.store(offset, f32.fromF64(sum), plan.chunkAddress + bias.offset);
    });
  }
}

/** What packs weights: arguments item (which matrix) and scratch, of which it needs none. */
export interface Packing {
  readonly builder: FunctionBuilder;
  readonly items: number;
}

/** Packs the weights of `convolutions`. */
export function emitPacking(module: ModuleBuilder, plan: MemoryPlan, convolutions: readonly Convolution[]): Packing {
  const builder = module.function('pack', ['i32', 'i32']);
  const matrices = convolutions.flatMap((operation) => matricesOf(builder, module, plan, operation));
  matrices.forEach((pack, index) => builder.if(i32.equal(builder.argument(0), i32.constant(index)), pack));
  return { builder, items: matrices.length };
}

/** Emits the packing of each matrix that a convolution's kernels read. */
function matricesOf(
  f: FunctionBuilder,
  module: ModuleBuilder,
  plan: MemoryPlan,
  operation: Convolution,
): (() => void)[] {
  const { kernel, window } = operation;
  const { groups, paddedRows, paddedColumns } = kernel;
  const source = plan.addressOf(kernel);
  const { forward, phases } = plan.packedWeights(operation);
  const packForward = (): void => {
    const depth = groups * paddedRows;
    const whole = { depth, columns: paddedColumns, rowStep: paddedColumns, columnStep: 1, panelDepth: depth };
    f.call(packingKernel(module, whole), i32.constant(source), i32.constant(forward.panels), i32.constant(0));
    transform(f, module, forward, { inputs: paddedRows, outputs: paddedColumns });
  };
  const packPhases = phases.map(({ phase, matrix }) => (): void => {
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
      const from = source + tap * paddedRows * paddedColumns * 4;
      const kernelFunction = packingKernel(module, transposed);
      f.call(kernelFunction, i32.constant(from), i32.constant(matrix.panels), i32.constant(i * paddedColumns));
    });
    transform(f, module, matrix, { inputs: paddedColumns, outputs: paddedRows });
  });
  return [packForward, ...packPhases];
}

/** Transforms packed weights where a minimal filter reads them. */
function transform(
  f: FunctionBuilder,
  module: ModuleBuilder,
  { panels, transformed }: PackedMatrix,
  channels: { inputs: number; outputs: number },
): void {
  if (!transformed) return;
  const { tiling, address, temporary } = transformed;
  const addresses = [panels, address, temporary].map((one) => i32.constant(one));
  f.call(filterTransformKernel(module, tiling, channels), ...addresses);
}
