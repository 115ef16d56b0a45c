/** How the gradient passes through a normalisation whose layer is not trainable: by fixed statistics it is a factor per channel. */
import { i32 } from '../assembler/expression.js';
import type { Normalization } from '../graph/operation.js';
import { scaledGradientKernel } from '../kernels/elementwise.js';
import type { GradientContext } from './gradientContributions.js';
import { Node, plain } from './node.js';

/**
 * The gradient of `operation`'s output times its scale, masked by its rectifier: the gradient of its input, or, where a pooling is
 * part of it, that of each window's winner.
 */
export function frozenGradient(operation: Normalization, { gradient, forward, plan }: GradientContext): Node {
  const { layer, output, rectifier } = operation;
  const x = forward.normalized.get(operation)!;
  const { scale, shift } = plan.normalization(operation);
  return new Node({
    work: { layer, pass: 'backward', kernel: 'scaled gradient', flops: 0 },
    shape: output.shape,
    stage: gradient.stage,
    uses: rectifier ? [gradient, x].map(plain) : [plain(gradient)],
    recomputable: true,
    emit: (site, node) => {
      const layouts = { gradient: gradient.layout, x: x.layout, output: node.layout };
      const kernel = scaledGradientKernel(site.module, layouts, rectifier);
      const read = (rectifier ? [gradient, x] : [gradient]).map((one) => site.address(one));
      const constants = (rectifier ? [scale, shift] : [scale]).map((address) => i32.constant(address));
      site.call(kernel, ...read, site.address(node), ...constants, site.count);
    },
  });
}
