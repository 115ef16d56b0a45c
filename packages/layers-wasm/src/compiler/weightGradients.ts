/** The gradients of a convolution's weights. */
import type { Convolution } from '../graph/operation.js';
import { convolutionGradientKernel } from '../kernels/convolutionGradient.js';
import { depthwiseGradientKernel } from '../kernels/depthwiseGradient.js';
import { sumKernel } from '../kernels/elementwise.js';
import { winogradGradientKernel } from '../kernels/winograd/gradient.js';
import { flopsOf, haloOf, pixelsOf, tapsOver, windowsOver } from './geometry.js';
import type { MemoryPlan } from './memoryPlan.js';
import { plain, type Action, type Node } from './node.js';
import { gradientNeeds, outputHalo, tileHalo } from './winograd.js';

/** Adds up, in `stage`, what the convolution's input `x` and the gradient of its output make of kernel and bias. */
export function weightGradientActions(
  operation: Convolution,
  plan: MemoryPlan,
  { x, gradient, stage }: { x: Node; gradient: Node; stage: number },
): Action[] {
  const { layer, window, kernel, bias } = operation;
  const packed = operation.kind === 'convolution' ? plan.packedWeights(operation) : undefined;
  const tiling = packed?.forward.tiling;
  const ofKernel: Action = {
    needs: tiling && gradientNeeds(tiling, x.shape.channels, gradient.shape.channels),
    work: { layer, pass: 'backward', kernel: `${operation.kind} weight gradient`, flops: flopsOf(operation) },
    stage,
    uses: tiling
      ? [
          { node: x, halo: tileHalo(tiling, x.shape, window) },
          { node: gradient, halo: outputHalo(tiling) },
        ]
      : [{ node: x, halo: haloOf(window) }, plain(gradient)],
    emit: (site) => {
      const pixels = pixelsOf(gradient.layout);
      if (tiling) {
        const windows = windowsOver(x.layout, window);
        const code = winogradGradientKernel(site.module, windows, pixels, { tiling, channels: x.layout.pixel });
        const values = [site.gradient(kernel), site.count, site.workspace];
        site.call(code, site.address(x), site.address(gradient), ...values);
        return;
      }
      const code =
        operation.kind === 'depthwise'
          ? depthwiseGradientKernel(site.module, tapsOver(x.layout, window), pixels)
          : convolutionGradientKernel(site.module, windowsOver(x.layout, window), pixels);
      site.call(code, site.address(x), site.address(gradient), site.gradient(kernel), site.count);
    },
  };
  if (!bias) return [ofKernel];
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
