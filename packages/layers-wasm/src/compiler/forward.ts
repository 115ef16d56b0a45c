/** The forward pass as nodes: one tensor per value of the graph. */
import { i32, type I32 } from '../assembler/expression.js';
import type { Convolution, Graph, Normalization, Operation, Padding, Pooling, Value } from '../graph/operation.js';
import { convolutionKernel } from '../kernels/convolution.js';
import { depthwiseKernel } from '../kernels/depthwise.js';
import { dropoutKernel } from '../kernels/dropout.js';
import { additionKernel, affineKernel, copyKernel, momentsKernel, rectifierKernel } from '../kernels/elementwise.js';
import { clearHaloKernel } from '../kernels/halo.js';
import { averagePoolingKernel, maxPoolingKernel } from '../kernels/pooling.js';
import { flattenKernel, repeatChannelsKernel } from '../kernels/rearrangement.js';
import { haloOf, pixelsOf, tapsOver, windowsOver } from './geometry.js';
import { Layout, type Shape } from './layout.js';
import type { MemoryPlan } from './memoryPlan.js';
import { Node, plain, type Action } from './node.js';

/** The tensors of a forward pass, and what training gathers on the way. */
export interface ForwardPass {
  readonly nodes: ReadonlyMap<Value, Node>;
  /** Sums for batch statistics. */
  readonly actions: readonly Action[];
  /** Which pixel won each window of a max pooling: training only. */
  readonly winners: ReadonlyMap<Pooling, Node>;
  /** The last stage. */
  readonly lastStage: number;
}

interface Inference {
  readonly training: false;
}

interface Training {
  readonly training: true;
  /** Layout of a value's gradient, known when code is emitted. */
  readonly gradientLayout: (value: Value) => Layout;
}

/** Builds nodes operation by operation. */
class ForwardBuilder {
  readonly nodes = new Map<Value, Node>();
  readonly actions: Action[] = [];
  readonly winners = new Map<Pooling, Node>();

  constructor(
    private readonly plan: MemoryPlan,
    private readonly mode: Inference | Training,
  ) {}

  add(operation: Operation): void {
    this.nodes.set(operation.output, this.make(operation));
  }

  private node(value: Value): Node {
    return this.nodes.get(value)!;
  }

  private make(operation: Operation): Node {
    switch (operation.kind) {
      case 'convolution':
      case 'depthwise':
        return this.convolution(operation);
      case 'normalization':
        return this.normalization(operation);
      case 'rectification': {
        const x = this.node(operation.input);
        return this.simple(operation, (site, node) => {
          const kernel = rectifierKernel(site.module, x.layout, node.layout, operation.rectifier);
          site.call(kernel, site.address(x), site.address(node), site.count);
        });
      }
      case 'maxPooling':
      case 'averagePooling':
        return this.pooling(operation);
      case 'addition': {
        const [a, b] = operation.inputs.map((input) => this.node(input)) as [Node, Node];
        return new Node({
          name: 'addition',
          shape: operation.output.shape,
          stage: Math.max(a.stage, b.stage),
          uses: [plain(a), plain(b)],
          recomputable: false,
          emit: (site, node) => {
            const kernel = additionKernel(site.module, a.layout, b.layout, node.layout);
            site.call(kernel, site.address(a), site.address(b), site.address(node), site.count);
          },
        });
      }
      case 'dropout': {
        const x = this.node(operation.input);
        if (!this.mode.training) return this.aliasOf(x);
        const options = { rate: operation.rate, layer: operation.layer, key: this.plan.control.dropoutKey };
        return this.simple(operation, (site, node) => {
          const kernel = dropoutKernel(site.module, { x: x.layout, output: node.layout }, options);
          site.call(kernel, site.address(x), site.address(node), site.firstSample, site.count);
        });
      }
      case 'padding':
        return this.padding(operation);
      case 'flatten': {
        const x = this.node(operation.input);
        return this.simple(operation, (site, node) => {
          const kernel = flattenKernel(site.module, x.layout, node.layout, false);
          site.call(kernel, site.address(x), site.address(node), site.count);
        });
      }
      case 'repeatChannels': {
        const x = this.node(operation.input);
        return this.simple(operation, (site, node) => {
          const options = { times: operation.times, inverse: false };
          const kernel = repeatChannelsKernel(site.module, x.layout, node.layout, options);
          site.call(kernel, site.address(x), site.address(node), site.count);
        });
      }
    }
  }

  private aliasOf(node: Node): Node {
    return new Node({
      name: node.name,
      shape: node.shape,
      stage: node.stage,
      uses: [plain(node)],
      recomputable: true,
      alias: node,
    });
  }

  /** A cheap node of one input. */
  private simple(operation: { kind: string; input: Value; output: Value }, emit: Node['emit']): Node {
    const x = this.node(operation.input);
    const { shape } = operation.output;
    const cleared = operation.kind === 'flatten' || operation.kind === 'repeatChannels';
    return new Node({
      name: operation.kind,
      shape,
      stage: x.stage,
      uses: [plain(x)],
      recomputable: true,
      cleared,
      emit,
    });
  }

  private convolution(operation: Convolution): Node {
    const { window, kernel, bias } = operation;
    const x = this.node(operation.input);
    const options = { accumulate: false, bias: bias !== undefined };
    const biasAddress: I32[] = bias ? [i32.constant(this.plan.addressOf(bias))] : [];
    const depthwise = operation.kind === 'depthwise';
    const weights = i32.constant(depthwise ? this.plan.addressOf(kernel) : this.plan.packedWeights(operation).forward);
    return new Node({
      name: kernel.name,
      shape: operation.output.shape,
      stage: x.stage,
      uses: [{ node: x, halo: haloOf(window) }],
      recomputable: depthwise,
      emit: (site, node) => {
        const pixels = pixelsOf(node.layout);
        const code = depthwise
          ? depthwiseKernel(site.module, tapsOver(x.layout, window), pixels, options)
          : convolutionKernel(site.module, windowsOver(x.layout, window), pixels, options);
        site.call(code, site.address(x), weights, site.address(node), site.count, ...biasAddress);
      },
    });
  }

  private normalization(operation: Normalization): Node {
    const x = this.node(operation.input);
    const memory = this.plan.normalization(operation);
    const { training } = this.mode;
    if (training) {
      const sums = this.plan.sumsOf(operation);
      this.actions.push({
        name: `moments of ${operation.movingMean.name}`,
        stage: x.stage,
        uses: [plain(x)],
        emit: (site) => {
          const squares = site.sums(sums + memory.channels * 8);
          site.call(momentsKernel(site.module, x.layout), site.address(x), site.sums(sums), squares, site.count);
        },
      });
    }
    return new Node({
      name: operation.movingMean.name,
      shape: operation.output.shape,
      stage: training ? x.stage + 1 : x.stage,
      uses: [plain(x)],
      recomputable: true,
      emit: (site, node) => {
        const kernel = affineKernel(site.module, x.layout, node.layout, operation.rectifier);
        const constants = [i32.constant(memory.scale), i32.constant(memory.shift)];
        site.call(kernel, site.address(x), site.address(node), ...constants, site.count);
      },
    });
  }

  private pooling(operation: Pooling): Node {
    const x = this.node(operation.input);
    const { window, output } = operation;
    const pooled = new Node({
      name: operation.kind,
      shape: output.shape,
      stage: x.stage,
      uses: [plain(x)],
      recomputable: false,
      emit: (site, node) => {
        const layouts = { window, input: x.layout, output: node.layout };
        const tensors = [site.address(x), site.address(node)];
        const winners = this.winners.get(operation);
        if (operation.kind === 'averagePooling') {
          site.call(averagePoolingKernel(site.module, layouts), ...tensors, site.count);
        } else if (winners && this.mode.training) {
          const kernel = maxPoolingKernel(site.module, layouts, { of: this.mode.gradientLayout(operation.input) });
          site.call(kernel, ...tensors, site.address(winners), site.count);
        } else {
          site.call(maxPoolingKernel(site.module, layouts), ...tensors, site.count);
        }
      },
    });
    this.addWinners(operation, pooled);
    return pooled;
  }

  /** Written by the pooling beside its own tensor, and kept for the backward pass. */
  private addWinners(operation: Pooling, pooled: Node): void {
    if (!this.mode.training || operation.kind !== 'maxPooling' || !operation.input.needsGradient) return;
    const { shape, stage } = pooled;
    const winners = new Node({ name: 'winners', shape, stage, uses: [plain(pooled)], recomputable: false });
    this.winners.set(operation, winners);
  }

  private padding(operation: Padding): Node {
    const x = this.node(operation.input);
    return this.simple(operation, (site, node) => {
      const view = innerView(node.layout, operation);
      site.call(clearHaloKernel(site.module, view), site.address(node), site.count);
      site.call(copyKernel(site.module, x.layout, view), site.address(x), site.address(node), site.count);
    });
  }
}

/** The pixels inside a padded tensor: the padding seen as halo. */
export function innerView(padded: Layout, amounts: Padding): Layout {
  const { top, left, bottom, right } = padded.halo;
  const shape: Shape = amounts.input.shape;
  const halo = {
    top: top + amounts.top,
    left: left + amounts.left,
    bottom: bottom + amounts.bottom,
    right: right + amounts.right,
  };
  return new Layout(shape, halo);
}

/** The batch as it came, and the same with halo and padding as its readers want it. */
function inputNodes(graph: Graph, plan: MemoryPlan): { raw: Node; input: Node } {
  const { shape } = graph.input;
  const base = { name: 'input', shape, stage: 0, recomputable: true };
  const raw = new Node({ ...base, uses: [], packed: true, external: true });
  raw.address = plan.input;
  const input = new Node({
    ...base,
    uses: [plain(raw)],
    packed: graph.packedInput,
    cleared: true,
    emit: (site, node) => {
      const kernel = flattenKernel(site.module, node.layout, raw.layout, true);
      site.call(kernel, site.address(raw), site.address(node), site.count);
    },
  });
  return { raw, input };
}

/** Lays out the forward pass of `graph`. */
export function buildForward(graph: Graph, plan: MemoryPlan, mode: Inference | Training): ForwardPass {
  const builder = new ForwardBuilder(plan, mode);
  const { raw, input } = inputNodes(graph, plan);
  const reachesOutside = graph.operations.some(
    (operation) => operation.kind === 'convolution' && operation.input === graph.input && hasPadding(operation),
  );
  builder.nodes.set(graph.input, graph.packedInput && !reachesOutside ? raw : input);
  for (const operation of graph.operations) builder.add(operation);
  const stages = [...builder.nodes.values()].map((node) => node.stage);
  const { nodes, actions, winners } = builder;
  return { nodes, actions, winners, lastStage: Math.max(...stages) };
}

function hasPadding({ window }: Convolution): boolean {
  return window.top + window.left + window.bottom + window.right > 0;
}
