/** The gradients of a convolution's weights. */
import type { Convolution } from '../graph/operation.js';
import { convolutionGradientKernel } from '../kernels/convolutionGradient.js';
import { depthwiseGradientKernel } from '../kernels/depthwiseGradient.js';
import { sumKernel } from '../kernels/elementwise.js';
import {
  isGapless,
  panelGradientKernel,
  panelGradientWorkspace,
  type PanelGradientShape,
} from '../kernels/panelGradient.js';
import { winogradGradientKernel } from '../kernels/winograd/gradient.js';
import type { Tiling } from '../kernels/winograd/tiling.js';
import { batchGradientAction, type GradientSources } from './batchGradients.js';
import { flopsOf, haloOf, pixelsOf, tapsOver, windowsOver } from './geometry.js';
import type { MemoryPlan } from './memoryPlan.js';
import { plain, type Action } from './node.js';
import { gradientNeeds, tiledUses } from './winograd.js';

/** With fewer channels in or out than so many, copies of them take the time that they save. */
const fewestPanelChannels = 64;

/** As many pixels a panel should have at least: a tile of weights is loaded and stored again for each. */
const fewestPanelPixels = 64;

/** Adds up what the convolution's input and the gradient of its output make of kernel and bias. */
export function weightGradientActions(
  operation: Convolution,
  plan: MemoryPlan,
  sources: Omit<GradientSources, 'work'>,
): Action[] {
  const { layer, kind, bias } = operation;
  const kernel = `${kind} weight gradient`;
  const work = { layer, pass: 'backward', kernel, flops: flopsOf(operation) } as const;
  const ofKernel = kernelGradient(operation, plan, { ...sources, work });
  if (!bias) return [ofKernel];
  const { gradient, stage } = sources;
  const ofBias: Action = {
    work: { ...work, kernel: 'bias gradient', flops: 0 },
    stage,
    uses: [plain(gradient)],
    emit: (site) => {
      const sums = site.sums(plan.sumsOf(bias));
      site.call(sumKernel(site.module, gradient.layout), site.address(gradient), sums, site.count);
    },
  };
  return [ofKernel, ofBias];
}

function kernelGradient(operation: Convolution, plan: MemoryPlan, sources: GradientSources): Action {
  if (plan.isSummedAtOnce(operation)) return batchGradientAction(operation, plan, sources);
  const tiling = operation.kind === 'convolution' ? plan.packedWeights(operation).forward.tiling : undefined;
  return tiling ? tiledGradient(operation, tiling, sources) : directGradient(operation, plan, sources);
}

function directGradient(
  operation: Convolution,
  plan: MemoryPlan,
  { x, gradient, stage, work }: GradientSources,
): Action {
  const { window, kernel, kind } = operation;
  const panels = panelShape(operation, plan);
  return {
    needs: panels && {
      workspace: panelGradientWorkspace(panels),
      samplesAtOnce: Math.ceil(fewestPanelPixels / panels.pixels),
    },
    work,
    stage,
    uses: [{ node: x, halo: haloOf(window) }, plain(gradient)],
    emit: (site) => {
      const pixels = pixelsOf(gradient.layout);
      const windows = windowsOver(x.layout, window);
      // What else reads a tensor may want a halo around it, which is known only now.
      if (panels && isGapless(windows, pixels)) {
        const values = [site.gradient(kernel), site.count, site.workspace];
        site.call(panelGradientKernel(site.module, panels), site.address(x), site.address(gradient), ...values);
        return;
      }
      const code =
        kind === 'depthwise'
          ? depthwiseGradientKernel(site.module, tapsOver(x.layout, window), pixels)
          : convolutionGradientKernel(site.module, windows, pixels);
      site.call(code, site.address(x), site.address(gradient), site.gradient(kernel), site.count);
    },
  };
}

/** The shape of a 1x1 window's gradient that is faster from panels; undefined for any other. */
function panelShape({ kind, kernel, window, output }: Convolution, plan: MemoryPlan): PanelGradientShape | undefined {
  const { paddedRows: inputs, paddedColumns: outputs } = kernel;
  const pixels = output.shape.height * output.shape.width;
  const isPixelwise = window.height * window.width * window.strideY * window.strideX === 1;
  const isLarge = Math.min(inputs, outputs) >= fewestPanelChannels && pixels * plan.chunkSize >= fewestPanelPixels;
  return kind === 'convolution' && isPixelwise && isLarge ? { inputs, outputs, pixels } : undefined;
}

/** By a minimal filter. */
function tiledGradient(operation: Convolution, tiling: Tiling, sources: GradientSources): Action {
  const { x, gradient, stage, work } = sources;
  const { window, kernel } = operation;
  return {
    needs: gradientNeeds(tiling, x.shape.channels, gradient.shape.channels),
    work,
    stage,
    uses: tiledUses(operation, tiling, sources),
    emit: (site) => {
      const images = { input: windowsOver(x.layout, window), gradient: pixelsOf(gradient.layout) };
      const code = winogradGradientKernel(site.module, { tiling, channels: x.layout.pixel, ...images });
      const values = [site.gradient(kernel), site.count, site.workspace];
      site.call(code, site.address(x), site.address(gradient), ...values);
    },
  };
}
