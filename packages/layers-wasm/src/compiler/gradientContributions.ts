/** How the gradient passes through operations that have no kernel weights. */
import { i32 } from '../assembler/expression.js';
import type {
  Convolution,
  Dropout,
  Flatten,
  Normalization,
  Operation,
  Padding,
  Pooling,
  Rectification,
  RepeatChannels,
} from '../graph/operation.js';
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
  switch (operation.kind) {
    case 'addition':
      return { ...cheap(operation, context), manner: 'alias', emit: () => undefined };
    case 'normalization':
      return operation.frozen ? frozenNormalization(operation, context) : normalization(operation, context);
    case 'rectification':
      return rectification(operation, context);
    case 'maxPooling':
      return { ...cheap(operation, context), ...throughWinners(operation, operation.window, context) };
    case 'averagePooling':
      return averagePooling(operation, context);
    case 'dropout':
      return dropout(operation, context);
    case 'padding':
      return padding(operation, context);
    case 'flatten':
      return flatten(operation, context);
    case 'repeatChannels':
      return repeatChannels(operation, context);
  }
}

/** What most of them have in common: they read the gradient of the output alone, pixel by pixel, and replace that of the input. */
function cheap({ layer, kind }: Operation, { gradient }: GradientContext): Omit<Contribution, 'emit'> {
  return {
    work: { layer, pass: 'backward', kernel: kind, flops: 0 },
    stage: gradient.stage,
    uses: [plain(gradient)],
    manner: 'write',
    recomputable: true,
    cleared: false,
  };
}

/** By fixed statistics: `gradient` is scaled already, and is left to be given to the winners of a pooling. */
function frozenNormalization(operation: Normalization, context: GradientContext): Contribution {
  const passed = cheap(operation, context);
  return operation.pooling
    ? { ...passed, ...throughWinners(operation, operation.pooling, context) }
    : { ...passed, manner: 'alias', emit: () => undefined };
}

/** `a * gradient + b * x + c`: the sums in b and c run over the whole batch. */
function normalization(operation: Normalization, context: GradientContext): Contribution {
  if (operation.pooling) return pooledNormalization(operation, operation.pooling, context);
  const { gradient, forward, plan } = context;
  const x = forward.nodes.get(operation.input)!;
  const memory = plan.normalization(operation);
  const constants = [0, 1, 2].map((i) => i32.constant(memory.coefficients + i * memory.channels * 4));
  return {
    ...cheap(operation, context),
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

/** The gradient where the rectifier let its input pass. */
function rectification(operation: Rectification, context: GradientContext): Contribution {
  const { gradient, forward } = context;
  const x = forward.nodes.get(operation.input)!;
  return {
    ...cheap(operation, context),
    uses: [plain(gradient), plain(x)],
    emit: (site, target) => {
      const layouts = { gradient: gradient.layout, x: x.layout, output: target.layout };
      const kernel = rectifierGradientKernel(site.module, layouts, operation.rectifier);
      site.call(kernel, ...[gradient, x, target].map((node) => site.address(node)), site.count);
    },
  };
}

/** Each gradient goes to the winner of its window. */
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

/** Each gradient is shared among the pixels of its window. */
function averagePooling(operation: Pooling, context: GradientContext): Contribution {
  const { gradient } = context;
  return {
    ...cheap(operation, context),
    manner: 'add',
    cleared: true,
    emit: (site, target) => {
      const layouts = { window: operation.window, input: target.layout, output: gradient.layout };
      const kernel = averagePoolingGradientKernel(site.module, layouts);
      site.call(kernel, site.address(target), site.address(gradient), site.count);
    },
  };
}

/** The mask of the forward pass is drawn again. */
function dropout(operation: Dropout, context: GradientContext): Contribution {
  const { gradient, plan } = context;
  return {
    ...cheap(operation, context),
    emit: (site, target) => {
      const options = { rate: operation.rate, layer: operation.index, key: plan.control.dropoutKey };
      const kernel = dropoutKernel(site.module, { x: gradient.layout, output: target.layout }, options);
      site.call(kernel, site.address(gradient), site.address(target), site.firstSample, site.count);
    },
  };
}

/** The gradient without its border. */
function padding(operation: Padding, context: GradientContext): Contribution {
  const { gradient } = context;
  return {
    ...cheap(operation, context),
    emit: (site, target) => {
      const kernel = copyKernel(site.module, innerView(gradient.layout, operation), target.layout);
      site.call(kernel, site.address(gradient), site.address(target), site.count);
    },
  };
}

/** The gradient as an image. */
function flatten(operation: Flatten, context: GradientContext): Contribution {
  const { gradient } = context;
  return {
    ...cheap(operation, context),
    cleared: true,
    emit: (site, target) => {
      const kernel = flattenKernel(site.module, { image: target.layout, flat: gradient.layout }, { inverse: true });
      site.call(kernel, site.address(gradient), site.address(target), site.count);
    },
  };
}

/** The sum of the repetitions. */
function repeatChannels(operation: RepeatChannels, context: GradientContext): Contribution {
  const { gradient } = context;
  return {
    ...cheap(operation, context),
    cleared: true,
    emit: (site, target) => {
      const options = { times: operation.times, inverse: true };
      const kernel = repeatChannelsKernel(site.module, { narrow: target.layout, wide: gradient.layout }, options);
      site.call(kernel, site.address(gradient), site.address(target), site.count);
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
    ...cheap(operation, context),
    stage: gradient.stage + 1, // its sums run over the whole batch
    uses: [gradient, x, winners].map(plain),
    emit: (site, target) => {
      const affine = affineKernel(site.module, { x: x.layout, output: target.layout });
      site.call(affine, site.address(x), site.address(target), b!, c!, site.count);
      const geometry = { window, input: target.layout, output: gradient.layout };
      const scatter = maxPoolingGradientKernel(site.module, geometry, { scaled: true });
      site.call(scatter, ...[target, gradient, winners].map((node) => site.address(node)), a!, site.count);
    },
  };
}
