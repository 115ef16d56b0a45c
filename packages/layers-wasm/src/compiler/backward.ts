/** The backward pass as nodes: the gradient of every value, made from what its readers send back. */
import { i32, type I32 } from '../assembler/expression.js';
import {
  inputsOf,
  isConvolution,
  readersOf,
  type Convolution,
  type Graph,
  type Normalization,
  type Operation,
  type Value,
} from '../graph/operation.js';
import { convolutionKernel } from '../kernels/convolution.js';
import { depthwiseKernel } from '../kernels/depthwise.js';
import { additionKernel, gradientMomentsKernel } from '../kernels/elementwise.js';
import { crossEntropyKernel } from '../kernels/loss.js';
import { winogradConvolutionKernel } from '../kernels/winograd/convolution.js';
import type { Contribution } from './contribution.js';
import type { ForwardPass } from './forward.js';
import { frozenGradient } from './frozenNormalization.js';
import { flopsOf, gradientHalo, gradientPhases, phasePixels, phaseTaps, phaseWindows } from './geometry.js';
import { simpleContribution, type GradientContext } from './gradientContributions.js';
import { joinHalos, type Layout } from './layout.js';
import type { MemoryPlan } from './memoryPlan.js';
import { joinNeeds, Node, plain, type Action, type Site, type Work } from './node.js';
import { otherWork } from './profile.js';
import { weightGradientActions } from './weightGradients.js';
import { convolutionNeeds, tileHalo } from './winograd.js';

export interface BackwardPass {
  readonly actions: readonly Action[];
  readonly lastStage: number;
  /** The stage behind which the gradient sums of a normalisation are complete. */
  readonly normalizationStages: ReadonlyMap<Normalization, number>;
  /** Of the gradient that the readers of a value write. */
  readonly gradientLayout: (value: Value) => Layout;
}

class BackwardBuilder {
  readonly actions: Action[] = [];
  readonly normalizationStages = new Map<Normalization, number>();
  /** The gradient as the operation that made the value takes it: masked, behind a fused rectifier; scaled too, if frozen. */
  private readonly gradients = new Map<Value, Node>();
  /** The gradient as the value's readers write it. */
  private readonly written = new Map<Value, Node>();
  private readonly readers: ReadonlyMap<Value, readonly Operation[]>;

  constructor(
    private readonly graph: Graph,
    private readonly plan: MemoryPlan,
    private readonly forward: ForwardPass,
  ) {
    this.readers = readersOf(graph.operations);
  }

  gradient(value: Value): Node {
    return this.gradients.get(value)!;
  }

  writtenGradient(value: Value): Node {
    return this.written.get(value)!;
  }

  build(): void {
    this.gradients.set(this.graph.output, this.lossGradient());
    for (const operation of [...this.graph.operations].reverse()) {
      const { output } = operation;
      if (!output.needsGradient) continue;
      if (!this.gradients.has(output)) this.gradients.set(output, this.sumOfContributions(output));
      this.written.set(output, this.gradient(output));
      if (operation.kind === 'normalization') this.throughNormalization(operation);
    }
    for (const operation of this.graph.operations) {
      if (isConvolution(operation) && operation.kernel.options.trainable) this.weightGradients(operation);
    }
  }

  private lossGradient(): Node {
    const { plan, graph } = this;
    const logits = this.forward.nodes.get(graph.output)!;
    const { labels, targets, sampleWeights, control } = plan;
    const memory = { labels, targets, weights: sampleWeights, count: control.count };
    return new Node({
      work: otherWork('cross-entropy'),
      shape: graph.output.shape,
      stage: logits.stage,
      uses: [plain(logits)],
      recomputable: false,
      emit: (site, node) => {
        const layouts = { logits: logits.layout, gradient: node.layout };
        const kernel = crossEntropyKernel(site.module, layouts, memory);
        const sums = site.sums(plan.lossOffset);
        site.call(kernel, site.address(logits), site.address(node), site.firstSample, site.count, sums);
      },
    });
  }

  private sumOfContributions(value: Value): Node {
    const order = { write: 0, slide: 1, add: 2, alias: 3 };
    const list = this.readers
      .get(value)!
      .flatMap((reader) =>
        inputsOf(reader)
          .filter((input) => input === value)
          .map(() => this.contribution(reader)),
      )
      .sort((a, b) => order[a.manner] - order[b.manner]);
    const stage = Math.max(...list.map((one) => one.stage));
    const [first, ...rest] = list;
    const base = { shape: value.shape, stage };
    if (rest.length === 0 && first!.manner === 'alias') {
      return new Node({
        ...base,
        work: first!.work,
        uses: first!.uses,
        recomputable: true,
        alias: aliased(first!),
      });
    }
    // Only the first may replace the output; another that cannot add to it gets a tensor of its own.
    const steps = rest.map((one) => (one.manner === 'write' ? this.separate(one, base) : one));
    return new Node({
      ...base,
      needs: joinNeeds(list),
      work: list.at(-1)!.work,
      uses: [first!, ...steps].flatMap((one) => one.uses),
      recomputable: list.length === 1 && first!.recomputable,
      cleared: first!.cleared,
      emit: (site, node) => {
        const others = first!.manner === 'alias' ? steps.slice(1) : steps;
        if (first!.manner === 'alias') emitAddition(site, { a: aliased(first!), b: aliased(steps[0]!), target: node });
        else first!.emit(site, node, false);
        let made = first!.work;
        for (const one of others) {
          site.mark(made);
          if (one.manner === 'alias') emitAddition(site, { a: node, b: aliased(one), target: node });
          else one.emit(site, node, true);
          made = one.work;
        }
      },
    });
  }

  private separate(one: Contribution, base: { shape: Value['shape']; stage: number }): Contribution {
    const { recomputable, cleared, uses, work } = one;
    const node = new Node({
      ...base,
      work,
      uses,
      recomputable,
      cleared,
      emit: (site, target) => one.emit(site, target, false),
    });
    return { ...one, manner: 'alias', uses: [plain(node)] };
  }

  private contribution(reader: Operation): Contribution {
    return isConvolution(reader) ? this.throughConvolution(reader) : simpleContribution(reader, this.contextOf(reader));
  }

  private throughConvolution(operation: Convolution): Contribution {
    const { layer, window, input, output } = operation;
    const gradient = this.gradient(output);
    const phases = gradientPhases(input.shape, window);
    const packed = operation.kind === 'convolution' ? this.plan.packedWeights(operation) : undefined;
    const tilings = phases.map((_, i) => packed?.phases[i]?.matrix.tiling);
    const kernelAddress = i32.constant(this.plan.addressOf(operation.kernel));
    const halo = phases
      .flatMap(({ y, x }, i) => {
        const tiling = tilings[i];
        return tiling ? [tileHalo(tiling, output.shape, { top: -y.first, left: -x.first })] : [];
      })
      .reduce(joinHalos, gradientHalo(phases, output.shape));
    const channels = [output.shape.channels, input.shape.channels] as const;
    return {
      needs: joinNeeds(tilings.map((tiling) => ({ needs: tiling && convolutionNeeds(tiling, ...channels) }))),
      work: { layer, pass: 'backward', kernel: `${operation.kind} input gradient`, flops: flopsOf(operation) },
      stage: gradient.stage,
      uses: [{ node: gradient, halo }],
      manner: operation.kind === 'depthwise' ? 'slide' : 'add',
      recomputable: false,
      cleared: false,
      emit: (site, target, accumulate) => {
        phases.forEach((phase, i) => {
          if (accumulate && phase.y.taps.length * phase.x.taps.length === 0) return;
          const pixels = phasePixels(target.layout, phase, window);
          const geometry = { input: phaseWindows(gradient.layout, phase), output: pixels };
          const options = { accumulate, bias: false };
          const matrix = packed?.phases[i]?.matrix;
          const weights = matrix ? i32.constant(matrix.address) : kernelAddress;
          const tiling = tilings[i];
          if (tiling) {
            const tiled = { ...options, tiling, channels: gradient.layout.pixel };
            const kernel = winogradConvolutionKernel(site.module, geometry, tiled);
            site.call(kernel, site.address(gradient), weights, site.address(target), site.count, site.workspace);
            return;
          }
          const kernel =
            operation.kind === 'depthwise'
              ? depthwiseKernel(site.module, { ...geometry, input: phaseTaps(gradient.layout, phase, window) }, options)
              : convolutionKernel(site.module, geometry, options);
          site.call(kernel, site.address(gradient), weights, site.address(target), site.count);
        });
      },
    };
  }

  private throughNormalization(operation: Normalization): void {
    const { output, frozen } = operation;
    if (!frozen) this.normalizationSums(operation);
    else this.gradients.set(output, frozenGradient(operation, this.contextOf(operation)));
  }

  private contextOf(reader: Operation): GradientContext {
    return { gradient: this.gradient(reader.output), forward: this.forward, plan: this.plan };
  }

  /** Sums over the gradient of a normalisation's output; behind a rectifier they also mask it. */
  private normalizationSums(operation: Normalization): void {
    const gradient = this.gradient(operation.output);
    const x = this.forward.normalized.get(operation)!;
    const memory = this.plan.normalization(operation);
    const sums = this.plan.sumsOf(operation) + 2 * memory.channels * 8;
    const { rectifier } = operation;
    const emitSums = (site: Site, masked?: Node): void => {
      const layouts = { gradient: gradient.layout, x: x.layout };
      const kernel = gradientMomentsKernel(
        site.module,
        masked ? { ...layouts, masked: masked.layout } : layouts,
        rectifier,
      );
      const extra: I32[] = masked ? [site.address(masked), i32.constant(memory.scale), i32.constant(memory.shift)] : [];
      const targets = [site.sums(sums), site.sums(sums + memory.channels * 8)];
      site.call(kernel, site.address(gradient), site.address(x), ...extra, ...targets, site.count);
    };
    const work: Work = { layer: operation.layer, pass: 'backward', kernel: 'moments', flops: 0 };
    const { stage } = gradient;
    const uses = [plain(gradient), plain(x)];
    this.normalizationStages.set(operation, stage);
    if (rectifier) {
      const masked = new Node({
        work,
        shape: operation.output.shape,
        stage,
        uses,
        recomputable: false,
        emit: (site, node) => emitSums(site, node),
      });
      this.gradients.set(operation.output, masked);
      this.actions.push({ work, stage, uses: [plain(masked)], emit: () => undefined });
    } else {
      this.actions.push({ work, stage, uses, emit: (site) => emitSums(site) });
    }
  }

  private weightGradients(operation: Convolution): void {
    const { input, output } = operation;
    const gradient = this.gradient(output);
    // Beside the input gradient, which reads the same tensors.
    const stage = input.needsGradient ? this.gradient(input).stage : gradient.stage;
    const x = this.forward.nodes.get(input)!;
    this.actions.push(...weightGradientActions(operation, this.plan, { x, gradient, stage }));
  }
}

/** The tensor that a contribution is as it stands. */
const aliased = ({ uses }: Contribution): Node => uses[0]!.node;

/** `target = a + b`; the target may be one of the two. */
function emitAddition(site: Site, { a, b, target }: { a: Node; b: Node; target: Node }): void {
  const kernel = additionKernel(site.module, { a: a.layout, b: b.layout, output: target.layout });
  site.call(kernel, site.address(a), site.address(b), site.address(target), site.count);
}

/** Lays out the backward pass behind `forward`. */
export function buildBackward(graph: Graph, plan: MemoryPlan, forward: ForwardPass): BackwardPass {
  const builder = new BackwardBuilder(graph, plan, forward);
  builder.build();
  const { actions, normalizationStages } = builder;
  return {
    actions,
    lastStage: Math.max(forward.lastStage, ...actions.map((action) => action.stage)),
    normalizationStages,
    gradientLayout: (value) => builder.writtenGradient(value).layout,
  };
}
