/** The gradients of a convolution's weights. */
import { i32 } from '../assembler/expression.js';
import type { Convolution } from '../graph/operation.js';
import { convolutionGradientKernel } from '../kernels/convolutionGradient.js';
import { depthwiseGradientKernel } from '../kernels/depthwiseGradient.js';
import { sumKernel } from '../kernels/elementwise.js';
import {
  batchBands,
  batchFactorBytes,
  batchFactorsKernel,
  batchFactorsWorkspace,
  batchGradientKernel,
  batchGradientWorkspace,
  type BatchGradient,
} from '../kernels/winograd/batchGradient.js';
import { winogradGradientKernel } from '../kernels/winograd/gradient.js';
import type { Tiling } from '../kernels/winograd/tiling.js';
import { flopsOf, haloOf, pixelsOf, tapsOver, windowsOver } from './geometry.js';
import type { MemoryPlan } from './memoryPlan.js';
import { plain, type Action, type BatchMemory, type Node, type Work } from './node.js';
import { gradientNeeds, outputHalo, tileHalo } from './winograd.js';

/** What a weight gradient is made from, and in which stage. */
interface Sources {
  /** The convolution's input. */
  readonly x: Node;
  /** The gradient of its output. */
  readonly gradient: Node;
  readonly stage: number;
}

/** Adds up what the convolution's input and the gradient of its output make of kernel and bias. */
export function weightGradientActions(operation: Convolution, plan: MemoryPlan, sources: Sources): Action[] {
  const { layer, bias } = operation;
  const ofKernel = kernelGradient(operation, plan, sources);
  if (!bias) return [ofKernel];
  const { gradient, stage } = sources;
  const ofBias: Action = {
    work: { layer, pass: 'backward', kernel: 'bias gradient', flops: 0 },
    stage,
    uses: [plain(gradient)],
    emit: (site) => {
      const sums = site.sums(plan.sumsOf(bias));
      site.call(sumKernel(site.module, gradient.layout), site.address(gradient), sums, site.count);
    },
  };
  return [ofKernel, ofBias];
}

function kernelGradient(operation: Convolution, plan: MemoryPlan, sources: Sources): Action {
  const tiling = operation.kind === 'convolution' ? plan.packedWeights(operation).forward.tiling : undefined;
  if (!tiling) return directGradient(operation, sources);
  const atOnce = plan.batchGradient(operation);
  return atOnce ? batchGradient(operation, atOnce, plan, sources) : tiledGradient(operation, tiling, sources);
}

const workOf = (operation: Convolution): Work => {
  const { layer, kind } = operation;
  return { layer, pass: 'backward', kernel: `${kind} weight gradient`, flops: flopsOf(operation) };
};

function directGradient(operation: Convolution, { x, gradient, stage }: Sources): Action {
  const { window, kernel, kind } = operation;
  return {
    work: workOf(operation),
    stage,
    uses: [{ node: x, halo: haloOf(window) }, plain(gradient)],
    emit: (site) => {
      const pixels = pixelsOf(gradient.layout);
      const code =
        kind === 'depthwise'
          ? depthwiseGradientKernel(site.module, tapsOver(x.layout, window), pixels)
          : convolutionGradientKernel(site.module, windowsOver(x.layout, window), pixels);
      site.call(code, site.address(x), site.address(gradient), site.gradient(kernel), site.count);
    },
  };
}

/** By a minimal filter, whose tiles reach beyond the image. */
function tiledGradient(operation: Convolution, tiling: Tiling, { x, gradient, stage }: Sources): Action {
  const { window, kernel } = operation;
  return {
    needs: gradientNeeds(tiling, x.shape.channels, gradient.shape.channels),
    work: workOf(operation),
    stage,
    uses: tiledUses(operation, tiling, { x, gradient }),
    emit: (site) => {
      const images = { input: windowsOver(x.layout, window), gradient: pixelsOf(gradient.layout) };
      const code = winogradGradientKernel(site.module, { tiling, channels: x.layout.pixel, ...images });
      const values = [site.gradient(kernel), site.count, site.workspace];
      site.call(code, site.address(x), site.address(gradient), ...values);
    },
  };
}

const tiledUses = ({ window }: Convolution, tiling: Tiling, { x, gradient }: Pick<Sources, 'x' | 'gradient'>) => [
  { node: x, halo: tileHalo(tiling, x.shape, window) },
  { node: gradient, halo: outputHalo(tiling) },
];

/** By a minimal filter, of the whole batch at once: the stage leaves the factors of all samples. */
function batchGradient(operation: Convolution, atOnce: BatchGradient, plan: MemoryPlan, sources: Sources): Action {
  const { x, gradient, stage } = sources;
  const memory: BatchMemory = { bytes: batchFactorBytes(atOnce), address: 0 };
  const work = workOf(operation);
  const weights = plan.gradients + operation.kernel.offset;
  return {
    needs: { workspace: batchFactorsWorkspace(atOnce) },
    work: { ...work, flops: 0 },
    stage,
    uses: tiledUses(operation, atOnce.tiling, sources),
    emit: (site) => {
      const images = { input: windowsOver(x.layout, operation.window), gradient: pixelsOf(gradient.layout) };
      const code = batchFactorsKernel(site.module, atOnce, images);
      const values = [site.count, site.firstSample, i32.constant(memory.address), site.workspace];
      site.call(code, site.address(x), site.address(gradient), ...values);
    },
    batchWork: {
      work,
      items: (module) => batchBands(module, atOnce),
      memory,
      workspace: batchGradientWorkspace(atOnce),
      emit: ({ f, module, item, workspace }) => {
        const places = [memory.address, weights].map((address) => i32.constant(address));
        const count = i32.load(i32.constant(plan.control.count));
        f.call(batchGradientKernel(module, atOnce), item, ...places, count, workspace);
      },
    },
  };
}
