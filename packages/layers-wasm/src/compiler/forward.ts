/** The forward pass as nodes: one tensor per value of the graph. */
import { i32 } from '../assembler/expression.js';
import {
  isConvolution,
  type Addition,
  type Convolution,
  type Graph,
  type Normalization,
  type Operation,
  type Padding,
  type Pooling,
  type Value,
} from '../graph/operation.js';
import type { Window } from '../graph/window.js';
import { averagePoolingKernel } from '../kernels/averagePooling.js';
import { dropoutKernel } from '../kernels/dropout.js';
import { additionKernel, affineKernel, copyKernel, momentsKernel, rectifierKernel } from '../kernels/elementwise.js';
import { clearHaloKernel, haloExtents } from '../kernels/halo.js';
import { maxPoolingKernel } from '../kernels/maxPooling.js';
import { flattenKernel, repeatChannelsKernel } from '../kernels/rearrangement.js';
import { finishCall, finishersOf, type Finisher } from './finishes.js';
import { convolutionNode } from './forwardConvolution.js';
import { innerView } from './geometry.js';
import { inputNode } from './inputNodes.js';
import type { Layout } from './layout.js';
import type { MemoryPlan } from './memoryPlan.js';
import { Node, plain, type Action, type Work } from './node.js';

/** The tensors of a forward pass, and what training gathers on the way. */
export interface ForwardPass {
  readonly nodes: ReadonlyMap<Value, Node>;
  /** Sums for batch statistics. */
  readonly actions: readonly Action[];
  /** Which pixel won each window of a max pooling, also of one that is part of a normalisation: training only. */
  readonly winners: ReadonlyMap<Operation, Node>;
  /** What a normalisation normalises: its input, or the values that its pooling left. */
  readonly normalized: ReadonlyMap<Normalization, Node>;
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
  readonly winners = new Map<Operation, Node>();
  readonly normalized = new Map<Normalization, Node>();
  /** What becomes part of each convolution. */
  private readonly finishers: ReadonlyMap<Convolution, Finisher>;

  constructor(
    private readonly graph: Graph,
    private readonly plan: MemoryPlan,
    private readonly mode: Inference | Training,
  ) {
    this.nodes.set(graph.input, inputNode(graph, plan));
    this.finishers = mode.training ? new Map() : finishersOf(graph);
  }

  build(): void {
    for (const operation of this.graph.operations) {
      const isPartOfAnother = this.nodes.has(operation.output);
      if (!isPartOfAnother) this.add(operation);
    }
  }

  private add(operation: Operation): void {
    const finisher = isConvolution(operation) ? this.finishers.get(operation) : undefined;
    this.nodes.set((finisher ?? operation).output, this.make(operation));
  }

  private node(value: Value): Node {
    return this.nodes.get(value)!;
  }

  private make(operation: Operation): Node {
    switch (operation.kind) {
      case 'convolution':
      case 'depthwise':
        return convolutionNode(operation, this.node(operation.input), {
          plan: this.plan,
          finisher: this.finishers.get(operation),
        });
      case 'normalization':
        return this.normalization(operation);
      case 'rectification': {
        const x = this.node(operation.input);
        return this.simple(operation, (site, node) => {
          const kernel = rectifierKernel(site.module, { x: x.layout, output: node.layout }, operation.rectifier);
          site.call(kernel, site.address(x), site.address(node), site.count);
        });
      }
      case 'maxPooling':
        return this.maxPooling(operation, operation.window);
      case 'averagePooling':
        return this.averagePooling(operation);
      case 'addition': {
        const [a, b] = operation.inputs.map((input) => this.node(input)) as [Node, Node];
        return new Node({
          work: this.work(operation),
          shape: operation.output.shape,
          stage: Math.max(a.stage, b.stage),
          uses: [plain(a), plain(b)],
          recomputable: false,
          emit: (site, node) => {
            const kernel = additionKernel(site.module, { a: a.layout, b: b.layout, output: node.layout });
            site.call(kernel, site.address(a), site.address(b), site.address(node), site.count);
          },
        });
      }
      case 'dropout': {
        const x = this.node(operation.input);
        if (!this.mode.training) return this.aliasOf(x);
        const options = { rate: operation.rate, layer: operation.index, key: this.plan.control.dropoutKey };
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
          const kernel = flattenKernel(site.module, { image: x.layout, flat: node.layout }, { inverse: false });
          site.call(kernel, site.address(x), site.address(node), site.count);
        });
      }
      case 'repeatChannels': {
        const x = this.node(operation.input);
        return this.simple(operation, (site, node) => {
          const options = { times: operation.times, inverse: false };
          const kernel = repeatChannelsKernel(site.module, { narrow: x.layout, wide: node.layout }, options);
          site.call(kernel, site.address(x), site.address(node), site.count);
        });
      }
    }
  }

  private work({ layer, kind }: Operation): Work {
    return { layer, pass: 'forward', kernel: kind, flops: 0 };
  }

  private aliasOf(node: Node): Node {
    return new Node({
      work: node.work,
      shape: node.shape,
      stage: node.stage,
      uses: [plain(node)],
      recomputable: true,
      alias: node,
    });
  }

  /** A cheap node of one input. */
  private simple(operation: Exclude<Operation, Addition>, emit: Node['emit']): Node {
    const x = this.node(operation.input);
    const { shape } = operation.output;
    const cleared = operation.kind === 'flatten' || operation.kind === 'repeatChannels';
    return new Node({
      work: this.work(operation),
      shape,
      stage: x.stage,
      uses: [plain(x)],
      recomputable: true,
      cleared,
      emit,
    });
  }

  private normalization(operation: Normalization): Node {
    const x = this.node(operation.input);
    const memory = this.plan.normalization(operation);
    const byBatch = this.mode.training && !operation.frozen;
    if (byBatch) {
      const sums = this.plan.sumsOf(operation);
      this.actions.push({
        work: { ...this.work(operation), kernel: 'moments' },
        stage: x.stage,
        uses: [plain(x)],
        emit: (site) => {
          const squares = site.sums(sums + memory.channels * 8);
          site.call(momentsKernel(site.module, x.layout), site.address(x), site.sums(sums), squares, site.count);
        },
      });
    }
    if (operation.pooling && !this.mode.training) return this.maxPooling(operation, operation.pooling);
    const values = operation.pooling ? this.maxPooling(operation, operation.pooling) : x;
    this.normalized.set(operation, values);
    return new Node({
      work: this.work(operation),
      shape: operation.output.shape,
      stage: byBatch ? x.stage + 1 : x.stage,
      uses: [plain(values)],
      recomputable: true,
      emit: (site, node) => {
        const layouts = { x: values.layout, output: node.layout };
        const kernel = affineKernel(site.module, layouts, operation.rectifier);
        const constants = [i32.constant(memory.scale), i32.constant(memory.shift)];
        site.call(kernel, site.address(values), site.address(node), ...constants, site.count);
      },
    });
  }

  private averagePooling(operation: Pooling): Node {
    const x = this.node(operation.input);
    return new Node({
      work: this.work(operation),
      shape: operation.output.shape,
      stage: x.stage,
      uses: [plain(x)],
      recomputable: false,
      emit: (site, node) => {
        const geometry = { window: operation.window, input: x.layout, output: node.layout };
        const kernel = averagePoolingKernel(site.module, geometry);
        site.call(kernel, site.address(x), site.address(node), site.count);
      },
    });
  }

  /** The largest values of windows; those of a normalisation's input, of what it makes of them, which inference does at once. */
  private maxPooling(operation: Pooling | Normalization, window: Window): Node {
    const x = this.node(operation.input);
    const { mode } = this;
    const pooled = new Node({
      work: { ...this.work(operation), kernel: 'maxPooling' },
      shape: operation.output.shape,
      stage: x.stage,
      uses: [plain(x)],
      recomputable: false,
      emit: (site, node) => {
        const geometry = { window, input: x.layout, output: node.layout };
        const gamma = operation.kind === 'normalization' ? operation.gamma : undefined;
        const winners = this.winners.get(operation);
        const isWhole = operation.kind === 'normalization' && !mode.training;
        const { finish, addresses } = finishCall(this.plan, isWhole ? operation : undefined);
        const kernel = maxPoolingKernel(site.module, geometry, {
          winners: winners && mode.training ? mode.gradientLayout(operation.input) : undefined,
          signed: gamma !== undefined && (mode.training ? 'level' : 'turn'),
          finish,
        });
        const places = [winners && site.address(winners), gamma && i32.constant(this.plan.addressOf(gamma))];
        const more = [...places, ...addresses];
        const tensors = [x, node].map((tensor) => site.address(tensor));
        site.call(kernel, ...tensors, ...more.filter((address) => address !== undefined), site.count);
      },
    });
    if (mode.training && operation.input.needsGradient) {
      // Written by the pooling beside its own tensor, and kept for the backward pass.
      const { work, shape, stage } = pooled;
      this.winners.set(operation, new Node({ work, shape, stage, uses: [plain(pooled)], recomputable: false }));
    }
    return pooled;
  }

  private padding(operation: Padding): Node {
    const x = this.node(operation.input);
    return this.simple(operation, (site, node) => {
      const view = innerView(node.layout, operation);
      site.call(clearHaloKernel(site.module), site.address(node), site.count, ...haloExtents(view));
      site.call(copyKernel(site.module, x.layout, view), site.address(x), site.address(node), site.count);
    });
  }
}

/** Lays out the forward pass of `graph`. */
export function buildForward(graph: Graph, plan: MemoryPlan, mode: Inference | Training): ForwardPass {
  const builder = new ForwardBuilder(graph, plan, mode);
  builder.build();
  const stages = [...builder.nodes.values()].map((node) => node.stage);
  const { nodes, actions, winners, normalized } = builder;
  return { nodes, actions, winners, normalized, lastStage: Math.max(...stages) };
}
