/**
 * Weight gradients that are summed over the whole batch at once. Partial sums, one of each chunk, take as much memory as the weights, and
 * large weights have more of it than what they are multiplied by: that is kept instead, and threads share the weights.
 */
import { i32 } from '../assembler/expression.js';
import type { Convolution } from '../graph/operation.js';
import { copyKernel } from '../kernels/elementwise.js';
import { vectorGradientItems, vectorGradientKernel } from '../kernels/vectorGradient.js';
import {
  batchBands,
  batchFactorBytes,
  batchFactorsKernel,
  batchFactorsWorkspace,
  batchGradientKernel,
  batchGradientWorkspace,
  chooseBlock,
} from '../kernels/winograd/batchGradient.js';
import { matricesOf, windowsOf, type Tiling } from '../kernels/winograd/tiling.js';
import { pixelsOf, windowsOver } from './geometry.js';
import { Layout, padChannels } from './layout.js';
import type { MemoryPlan } from './memoryPlan.js';
import { plain, type Action, type BatchMemory, type Node, type Work } from './node.js';
import { outputTiling, tiledUses } from './winograd.js';

/** Bytes of weights whose partial sums are worth a barrier. */
const fewestBytes = 256 * 1024;

/** Samples whose factors must take less than the weights: half a chunk, as factors are written and read once, partial sums several times. */
const factorSamples = 4;

/** True where summing over the whole batch at once is faster than chunk by chunk, for weights that are trained. */
export function isSummedAtOnce(operation: Convolution): boolean {
  const { kind, kernel, input, output, window } = operation;
  if (kind !== 'convolution' || kernel.paddedSize * 4 < fewestBytes) return false;
  const tiling = outputTiling(operation);
  if (tiling) return factorBytes(operation, tiling) * factorSamples < kernel.paddedSize * 4;
  const pixels = [input.shape, output.shape, window].map(({ height, width }) => height * width);
  return pixels.every((count) => count === 1) && kernel.paddedRows % 4 === 0;
}

/** Bytes of the factors of one sample: its input's tiles, and its gradient's. */
function factorBytes({ kernel, output }: Convolution, tiling: Tiling): number {
  const channels = windowsOf(tiling) * kernel.paddedRows + padChannels(output.shape.channels);
  return matricesOf(tiling) * tiling.y.tiles * tiling.x.tiles * channels * 4;
}

/** What a weight gradient is made from, and in which stage. */
export interface GradientSources {
  /** The convolution's input. */
  readonly x: Node;
  /** The gradient of its output. */
  readonly gradient: Node;
  readonly stage: number;
  readonly work: Work;
}

/** Leaves what the gradient is made from; the work behind the stage makes it. */
export function batchGradientAction(operation: Convolution, plan: MemoryPlan, sources: GradientSources): Action {
  const tiling = outputTiling(operation);
  return tiling ? fromTiles(operation, plan, { ...sources, tiling }) : fromVectors(operation, plan, sources);
}

/** By a minimal filter: the factors of all samples are kept. */
function fromTiles(
  operation: Convolution,
  plan: MemoryPlan,
  sources: GradientSources & { readonly tiling: Tiling },
): Action {
  const { x, gradient, stage, work, tiling } = sources;
  const { paddedRows: inputs, paddedColumns: outputs, offset } = operation.kernel;
  const batch = {
    tiling,
    inputs,
    outputs,
    samples: plan.batchSize,
    samplesPerBlock: chooseBlock(tiling, plan.chunkSize),
  };
  const memory: BatchMemory = { bytes: batchFactorBytes(batch), address: 0 };
  return {
    needs: { workspace: batchFactorsWorkspace(batch) },
    work: { ...work, flops: 0 },
    stage,
    uses: tiledUses(operation, tiling, sources),
    emit: (site) => {
      const images = { input: windowsOver(x.layout, operation.window), gradient: pixelsOf(gradient.layout) };
      const code = batchFactorsKernel(site.module, batch, images);
      const values = [site.count, site.firstSample, i32.constant(memory.address), site.workspace];
      site.call(code, site.address(x), site.address(gradient), ...values);
    },
    batchWork: {
      work,
      items: (module) => batchBands(module, batch),
      memory,
      workspace: batchGradientWorkspace(batch),
      emit: ({ f, module, item, workspace }) => {
        const places = [memory.address, plan.gradients + offset].map((address) => i32.constant(address));
        const count = i32.load(i32.constant(plan.control.count));
        f.call(batchGradientKernel(module, batch), item, ...places, count, workspace);
      },
    },
  };
}

/** Between images of one pixel, as of Dense layers: input and gradient are kept as they are. */
function fromVectors({ kernel }: Convolution, plan: MemoryPlan, sources: GradientSources): Action {
  const { x, gradient, stage, work } = sources;
  const { paddedRows: inputs, paddedColumns: outputs, offset } = kernel;
  const rows = [x, gradient].map(({ shape }) => new Layout(shape));
  const inputBytes = plan.batchSize * inputs * 4;
  const memory: BatchMemory = { bytes: inputBytes + plan.batchSize * outputs * 4, address: 0 };
  return {
    work: { ...work, flops: 0 },
    stage,
    uses: [plain(x), plain(gradient)],
    emit: (site) => {
      [x, gradient].forEach((node, i) => {
        const layout = rows[i]!;
        const start = i32.constant(memory.address + (i === 0 ? 0 : inputBytes));
        const target = i32.add(start, i32.multiply(site.firstSample, i32.constant(layout.sample * 4)));
        site.call(copyKernel(site.module, node.layout, layout), site.address(node), target, site.count);
      });
    },
    batchWork: {
      work,
      items: () => vectorGradientItems(inputs),
      memory,
      workspace: 0,
      emit: ({ f, module, item }) => {
        const places = [memory.address, memory.address + inputBytes, plan.gradients + offset];
        const count = i32.load(i32.constant(plan.control.count));
        const code = vectorGradientKernel(module, { inputs, outputs });
        f.call(code, item, ...places.map((address) => i32.constant(address)), count);
      },
    },
  };
}
