/** The tensor that a convolution makes, by the kernel that suits it. */
import { i32, type I32 } from '../assembler/expression.js';
import type { Convolution } from '../graph/operation.js';
import { convolutionKernel } from '../kernels/convolution.js';
import { depthwiseKernel } from '../kernels/depthwise.js';
import { winogradConvolutionKernel } from '../kernels/winograd/convolution.js';
import { finishCall, type Finisher } from './finishes.js';
import { flopsOf, haloOf, pixelsOf, tapsOver, windowsOver } from './geometry.js';
import type { MemoryPlan } from './memoryPlan.js';
import { Node } from './node.js';
import { convolutionNeeds, tileHalo } from './winograd.js';

/** The output of `operation`, which reads `x`; that of `finisher`, where its work is done by the same kernel. */
export function convolutionNode(
  operation: Convolution,
  x: Node,
  { plan, finisher }: { plan: MemoryPlan; finisher: Finisher | undefined },
): Node {
  const { layer, kind, window, kernel, bias } = operation;
  const { finish, addresses } = finishCall(plan, finisher);
  const options = { accumulate: false, bias: bias !== undefined, finish };
  const more: I32[] = [...(bias ? [i32.constant(plan.addressOf(bias))] : []), ...addresses];
  const depthwise = kind === 'depthwise';
  const packed = depthwise ? undefined : plan.packedWeights(operation);
  const weights = i32.constant(packed ? packed.forward.address : plan.addressOf(kernel));
  const tiling = packed?.forward.tiling;
  const { shape } = operation.output;
  return new Node({
    needs: tiling && convolutionNeeds(tiling, x.shape.channels, shape.channels),
    work: { layer, pass: 'forward', kernel: kind, flops: flopsOf(operation) },
    shape,
    stage: x.stage,
    uses: [{ node: x, halo: tiling ? tileHalo(tiling, x.shape, window) : haloOf(window) }],
    recomputable: depthwise,
    emit: (site, node) => {
      const geometry = { input: windowsOver(x.layout, window), output: pixelsOf(node.layout) };
      if (tiling) {
        const tiled = { ...options, tiling, channels: x.layout.pixel };
        const code = winogradConvolutionKernel(site.module, geometry, tiled);
        site.call(code, site.address(x), weights, site.address(node), site.count, site.workspace, ...more);
        return;
      }
      const code = depthwise
        ? depthwiseKernel(site.module, { ...geometry, input: tapsOver(x.layout, window) }, options)
        : convolutionKernel(site.module, geometry, options);
      site.call(code, site.address(x), weights, site.address(node), site.count, ...more);
    },
  });
}
