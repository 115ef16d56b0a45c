/** The copies of new weights that kernels read: in panels, or transformed for a minimal filter. */
import { i32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Convolution } from '../graph/operation.js';
import { packingKernel, type Packing } from '../kernels/packing.js';
import { filterTemporaryBytes, filterTransformKernel } from '../kernels/winograd/filterTransform.js';
import { panelRows, placeOfTap, windowsOf } from '../kernels/winograd/tiling.js';
import { tapsOf } from './geometry.js';
import type { MemoryPlan } from './memoryPlan.js';
import type { PackedMatrix } from './winograd.js';

export interface PackingFunction {
  /** Arguments: item (which matrix), and the address of the thread's scratch memory. */
  readonly builder: FunctionBuilder;
  readonly items: number;
  /** Scratch memory that a thread needs. */
  readonly scratchBytes: number;
}

/** What packs a matrix, and the scratch memory that it takes. */
interface Item {
  readonly emit: () => void;
  readonly scratchBytes: number;
}

/** Emits the packing of the weights of all convolutions. */
export function emitPacking(
  module: ModuleBuilder,
  plan: MemoryPlan,
  convolutions: readonly Convolution[],
): PackingFunction {
  const builder = module.function('pack', ['i32', 'i32']);
  const weights = convolutions.flatMap((operation) => weightsOf(operation, plan));
  const items = weights.map((one) => itemOf(builder, module, one));
  items.forEach(({ emit }, index) => builder.if(i32.equal(builder.argument(0), i32.constant(index)), emit));
  const scratchBytes = Math.max(0, ...items.map((item) => item.scratchBytes));
  return { builder, items: items.length, scratchBytes };
}

/** What a matrix that kernels read is packed from. */
interface Weights {
  /** Address of the kernel [taps, inputs, outputs]. */
  readonly source: number;
  readonly matrix: PackedMatrix;
  /** Of one tap's matrix. */
  readonly shape: Omit<Packing, 'panelDepth'>;
  /** Which of the kernel's taps, in the order of the window. */
  readonly taps: readonly number[];
}

/** For each matrix that a convolution's kernels read. */
function weightsOf(operation: Convolution, plan: MemoryPlan): Weights[] {
  const { kernel, window } = operation;
  const { groups, paddedRows: inputs, paddedColumns: outputs } = kernel;
  const source = plan.addressOf(kernel);
  const { forward, phases } = plan.packedWeights(operation);
  const all = Array.from({ length: groups }, (_, tap) => tap);
  const straight = { depth: inputs, columns: outputs, rowStep: outputs, columnStep: 1 };
  // Gradients flow from output channels to input channels: each tap's matrix is transposed.
  const turned = { depth: outputs, columns: inputs, rowStep: 1, columnStep: outputs };
  return [
    { source, matrix: forward, shape: straight, taps: all },
    ...phases.map(({ phase, matrix }) => ({ source, matrix, shape: turned, taps: tapsOf(phase, window) })),
  ];
}

/** Packs a window's taps; for a minimal filter into scratch memory, from where they are transformed. */
function itemOf(f: FunctionBuilder, module: ModuleBuilder, { source, matrix, shape, taps }: Weights): Item {
  const { address, tiling } = matrix;
  const { depth, columns } = shape;
  const tapBytes = depth * columns * 4;
  if (!tiling) {
    const packing = packingKernel(module, { ...shape, panelDepth: taps.length * depth });
    const emit = (): void =>
      taps.forEach((tap, i) =>
        f.call(packing, ...[source + tap * tapBytes, address, i * depth].map((one) => i32.constant(one))),
      );
    return { emit, scratchBytes: 0 };
  }
  const panelBytes = panelRows(tiling, depth) * columns * 4;
  const emit = (): void => {
    const panels = f.argument(1);
    const packing = packingKernel(module, { ...shape, panelDepth: panelRows(tiling, depth) });
    if (panelRows(tiling, depth) > taps.length * depth) f.clear(panels, i32.constant(panelBytes));
    taps.forEach((tap, i) => {
      const row = i32.constant(placeOfTap(tiling, i) * depth);
      f.call(packing, i32.constant(source + tap * tapBytes), panels, row);
    });
    const channels = { inputs: windowsOf(tiling) * depth, outputs: columns };
    const temporary = i32.add(panels, i32.constant(panelBytes));
    f.call(filterTransformKernel(module, tiling, channels), panels, i32.constant(address), temporary);
  };
  return { emit, scratchBytes: panelBytes + filterTemporaryBytes(tiling) };
}
