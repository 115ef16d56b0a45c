/** How the gradient passes through operations that have no kernel weights. */
import { i32 } from '../assembler/expression.js';
import type { Convolution, Normalization, Operation, Pooling } from '../graph/operation.js';
import type { Window } from '../graph/window.js';
import { averagePoolingGradientKernel } from '../kernels/averagePooling.js';
import { dropoutKernel } from '../kernels/dropout.js';
import {
  affineKernel,
  copyKernel,
  normalizationGradientKernel,
  rectifierGradientKernel,
} from '../kernels/elementwise.js';
import { maxPoolingGradientKernel } from '../kernels/maxPooling.js';
import { flattenKernel, repeatChannelsKernel } from '../kernels/rearrangement.js';
import type { Contribution } from './contribution.js';
import type { ForwardPass } from './forward.js';
import { innerView } from './geometry.js';
import type { MemoryPlan } from './memoryPlan.js';
import { plain, type Node } from './node.js';

/** What the gradient of an operation's input is made from. */
export interface GradientContext {
  /** The gradient of the operation's output; behind a fused rectifier, already masked. */
  readonly gradient: Node;
  readonly forward: ForwardPass;
  readonly plan: MemoryPlan;
}

/** What `operation` sends back to its input. */
export function simpleContribution(operation: Exclude<Operation, Convolution>, context: GradientContext): Contribution {
  const { gradient, forward, plan } = context;
  const cheap = {
    work: { layer: operation.layer, pass: 'backward', kernel: operation.kind, flops: 0 },
    stage: gradient.stage,
    uses: [plain(gradient)],
    manner: 'write',
    recomputable: true,
    cleared: false,
  } as const;
  switch (operation.kind) {
    case 'addition':
      return { ...cheap, manner: 'alias', emit: () => undefined };
    case 'normalization': {
      if (operation.frozen && !operation.pooling) return { ...cheap, manner: 'alias', emit: () => undefined };
      if (operation.frozen) return { ...cheap, ...throughWinners(operation, operation.pooling!, context) };
      const x = forward.nodes.get(operation.input)!;
      const memory = plan.normalization(operation);
      const constants = [0, 1, 2].map((i) => i32.constant(memory.coefficients + i * memory.channels * 4));
      if (operation.pooling) return pooledNormalization(operation, operation.pooling, context);
      return {
        ...cheap,
        stage: gradient.stage + 1, // its sums run over the whole batch
        uses: [plain(gradient), plain(x)],
        emit: (site, target) => {
          const layouts = { gradient: gradient.layout, x: x.layout, output: target.layout };
          const kernel = normalizationGradientKernel(site.module, layouts);
          const tensors = [gradient, x, target].map((node) => site.address(node));
          site.call(kernel, ...tensors, ...constants, site.count);
        },
      };
    }
    case 'rectification': {
      const x = forward.nodes.get(operation.input)!;
      return {
        ...cheap,
        uses: [plain(gradient), plain(x)],
        emit: (site, target) => {
          const layouts = { gradient: gradient.layout, x: x.layout, output: target.layout };
          const kernel = rectifierGradientKernel(site.module, layouts, operation.rectifier);
          site.call(kernel, ...[gradient, x, target].map((node) => site.address(node)), site.count);
        },
      };
    }
    case 'maxPooling':
      return { ...cheap, ...throughWinners(operation, operation.window, context) };
    case 'averagePooling':
      return {
        ...cheap,
        manner: 'add',
        cleared: true,
        emit: (site, target) => {
          const layouts = { window: operation.window, input: target.layout, output: gradient.layout };
          const kernel = averagePoolingGradientKernel(site.module, layouts);
          site.call(kernel, site.address(target), site.address(gradient), site.count);
        },
      };
    case 'dropout':
      return {
        ...cheap,
        emit: (site, target) => {
          const options = { rate: operation.rate, layer: operation.index, key: plan.control.dropoutKey };
          const kernel = dropoutKernel(site.module, { x: gradient.layout, output: target.layout }, options);
          site.call(kernel, site.address(gradient), site.address(target), site.firstSample, site.count);
        },
      };
    case 'padding':
      return {
        ...cheap,
        emit: (site, target) => {
          const kernel = copyKernel(site.module, innerView(gradient.layout, operation), target.layout);
          site.call(kernel, site.address(gradient), site.address(target), site.count);
        },
      };
    case 'flatten':
      return {
        ...cheap,
        cleared: true,
        emit: (site, target) => {
          const kernel = flattenKernel(site.module, target.layout, gradient.layout, true);
          site.call(kernel, site.address(gradient), site.address(target), site.count);
        },
      };
    case 'repeatChannels':
      return {
        ...cheap,
        cleared: true,
        emit: (site, target) => {
          const options = { times: operation.times, inverse: true };
          const kernel = repeatChannelsKernel(site.module, target.layout, gradient.layout, options);
          site.call(kernel, site.address(gradient), site.address(target), site.count);
        },
      };
  }
}

/** Each window's gradient for its winner. */
function throughWinners(
  operation: Pooling | Normalization,
  window: Window,
  { gradient, forward }: GradientContext,
): Pick<Contribution, 'uses' | 'manner' | 'cleared' | 'emit'> {
  const winners = forward.winners.get(operation)!;
  return {
    uses: [gradient, winners].map(plain),
    manner: 'add',
    cleared: true,
    emit: (site, target) => {
      const layouts = { window, input: target.layout, output: gradient.layout };
      const kernel = maxPoolingGradientKernel(site.module, layouts, { scaled: false });
      site.call(kernel, ...[target, gradient, winners].map((node) => site.address(node)), site.count);
    },
  };
}

/** `b * x + c` for every pixel, and `a` times its window's gradient for a winner. */
function pooledNormalization(operation: Normalization, window: Window, context: GradientContext): Contribution {
  const { gradient, forward, plan } = context;
  const x = forward.nodes.get(operation.input)!;
  const winners = forward.winners.get(operation)!;
  const memory = plan.normalization(operation);
  const [a, b, c] = [0, 1, 2].map((i) => i32.constant(memory.coefficients + i * memory.channels * 4));
  return {
    work: { layer: operation.layer, pass: 'backward', kernel: 'normalization', flops: 0 },
    stage: gradient.stage + 1, // its sums run over the whole batch
    uses: [gradient, x, winners].map(plain),
    manner: 'write',
    recomputable: true,
    cleared: false,
    emit: (site, target) => {
      const affine = affineKernel(site.module, x.layout, target.layout);
      site.call(affine, site.address(x), site.address(target), b!, c!, site.count);
      const geometry = { window, input: target.layout, output: gradient.layout };
      const scatter = maxPoolingGradientKernel(site.module, geometry, { scaled: true });
      site.call(scatter, ...[target, gradient, winners].map((node) => site.address(node)), a!, site.count);
    },
  };
}
