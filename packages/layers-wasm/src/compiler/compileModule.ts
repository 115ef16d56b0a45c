/** From a graph to a WebAssembly module: memory plan, schedules, stages, programs. */
import { f64, i32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import { memoryBase } from '../assembler/memoryBase.js';
import { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { isConvolution, type Convolution, type Graph, type Normalization } from '../graph/operation.js';
import {
  emitBatchStatistics,
  emitGradientStatistics,
  emitMovingStatistics,
  type Population,
} from '../kernels/batchNormalization.js';
import { outputKernel, softmaxKernel } from '../kernels/loss.js';
import { slotsOf, type UpdateOptions } from '../kernels/optimizer/update.js';
import type { NetworkBuild } from '../types.js';
import { buildBackward, type BackwardPass } from './backward.js';
import { emitBatchWork } from './emitBatchWork.js';
import { emitProgram, watchName, type ProgramStage } from './emitProgram.js';
import { emitStage } from './emitStage.js';
import { emitBiasGradients, emitUpdate, placeUpdateTable, type UpdateTable } from './emitUpdate.js';
import { buildForward, type ForwardPass } from './forward.js';
import type { Layout } from './layout.js';
import { Arena, MemoryPlan, outputSize, type MemoryPart } from './memoryPlan.js';
import { plain, type Action, type BatchWork, type Work } from './node.js';
import { place } from './placement.js';
import { markName, otherWork, ProfileMarks } from './profile.js';
import { emitPacking, type PackingFunction } from './packWeights.js';
import { makeSchedule, type StoredTensor } from './schedule.js';

/** How the code is to look; none of it changes what is computed, but for the rounding of `fused`. */
export interface CodeOptions {
  /** Use 128-bit vectors; false = four 32-bit lanes in their place, for hosts that have none. */
  readonly simd: boolean;
  /** Emit calls of the imported `mark` where the work of each layer ends. */
  readonly profile: boolean;
  /** See ModuleBuilder. */
  readonly fused: boolean;
  readonly wide: boolean;
}

export interface ModuleOptions {
  readonly batchSize: number;
  readonly threads: number;
  readonly training: boolean;
  readonly update: UpdateOptions;
  readonly code: CodeOptions;
}

export interface CompiledModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly plan: MemoryPlan;
  /** 64 KiB pages of memory, which is shared when there are several threads. */
  readonly pages: number;
  readonly shared: boolean;
  /** Address of each thread's scratch memory. */
  readonly scratch: readonly number[];
  /** The work behind each slot of a profile. */
  readonly profile: readonly Work[];
  readonly build: NetworkBuild;
  /** Empty when there is no training. */
  readonly updateItems: UpdateTable;
}

/** The names of the module's exports: each takes the address of the calling thread's scratch memory, but `normalize`, which takes nothing. */
export const exportNames = { train: 'train', predict: 'predict', pack: 'packAll', normalize: 'normalizeAll' } as const;

class ModuleCompiler {
  readonly module: ModuleBuilder;
  readonly arena = new Arena(64);
  readonly plan: MemoryPlan;
  private readonly marks: ProfileMarks;
  private scratchBytes = 0;

  constructor(
    private readonly graph: Graph,
    private readonly options: ModuleOptions,
  ) {
    const { profile, fused, wide } = options.code;
    const imports = [...(profile ? [markName] : []), ...(options.threads > 1 ? [watchName] : [])];
    this.module = new ModuleBuilder({ imports, fused, wide });
    this.marks = new ProfileMarks(this.module, profile);
    this.plan = new MemoryPlan(graph, this.arena, { ...options, slots: slotsOf(options.update) });
  }

  compile(): CompiledModule {
    const { module, arena, options } = this;
    const convolutions = this.graph.operations.filter(isConvolution).filter(({ kind }) => kind === 'convolution');
    const isTrained = ({ kernel }: Convolution): boolean => kernel.options.trainable;
    const pack = emitPacking(module, this.plan, convolutions.filter(isTrained));
    const frozen = convolutions.filter((convolution) => !isTrained(convolution));
    this.emitPackAll(frozen.length > 0 ? [pack, emitPacking(module, this.plan, frozen)] : [pack]);
    this.emitNormalizeAll();
    this.emitPredict();
    arena.begin('optimizer');
    const table = placeUpdateTable(arena, options.training ? this.plan : { trainable: [], chunkGradientBytes: 0 });
    if (options.training) {
      this.emitTrain([
        ...emitUpdate(module, this.plan, { ...options.update, table }),
        { item: pack.builder, items: i32.constant(pack.items), serial: undefined, work: otherWork('packing') },
      ]);
    }
    arena.begin('scratch');
    const scratch = Array.from({ length: options.threads }, () => arena.allocate(this.scratchBytes));
    const pages = Math.ceil((memoryBase + arena.end) / 65536);
    const shared = options.threads > 1;
    const { simd, profile } = options.code;
    const bytes = module.encode({ pages, shared, names: profile, simd });
    const build = this.describe(bytes.length, pages);
    return { bytes, plan: this.plan, pages, shared, scratch, profile: this.marks.slots, build, updateItems: table };
  }

  private describe(codeBytes: number, pages: number): NetworkBuild {
    const { threads, code } = this.options;
    const { simd, fused: fast, wide } = code;
    const bytesOf = (part: MemoryPart): number => this.arena.bytesOf(part);
    const memory = {
      total: pages * 65536,
      batch: bytesOf('batch'),
      weights: bytesOf('weights'),
      optimizer: bytesOf('optimizer'),
      partialSums: bytesOf('partialSums'),
      tensors: bytesOf('tensors'),
      scratch: bytesOf('scratch'),
    };
    return { threads, simd, fast, wide, codeBytes, memory };
  }

  private emitPackAll(packings: readonly PackingFunction[]): void {
    const f = this.module.function(exportNames.pack, ['i32']);
    this.module.export(f);
    for (const { builder, items, scratchBytes } of packings) {
      this.scratchBytes = Math.max(this.scratchBytes, scratchBytes);
      for (let i = 0; i < items; i++) f.call(builder, i32.constant(i), f.argument(0));
    }
  }

  /** Scales and shifts of inference, which training overwrites with those of its batches where they are trained. */
  private emitNormalizeAll(): void {
    const f = this.module.function(exportNames.normalize, []);
    this.module.export(f);
    for (const operation of this.normalizations) emitMovingStatistics(f, this.plan.normalization(operation));
  }

  private get chunks() {
    return i32.load(i32.constant(this.plan.control.chunks));
  }

  private serial(name: string, emit: (f: FunctionBuilder) => void): FunctionBuilder {
    const f = this.module.function(name, []);
    emit(f);
    return f;
  }

  private emitPredict(): void {
    const { module, plan, graph, marks } = this;
    marks.beginProgram();
    const forward = buildForward(graph, plan, { training: false });
    const output = forward.nodes.get(graph.output)!;
    const action: Action = {
      work: { ...otherWork(graph.softmax ? 'softmax' : 'output'), pass: 'forward' },
      stage: 0,
      uses: [plain(output)],
      emit: (site) => {
        const kernel = (graph.softmax ? softmaxKernel : outputKernel)(module, output.layout);
        const target = i32.multiply(site.firstSample, i32.constant(outputSize(graph) * 4));
        site.call(kernel, site.address(output), i32.add(i32.constant(plan.output), target), site.count);
      },
    };
    const { stages } = makeSchedule([action], [], 0);
    const options = { name: 'predict chunk', clearsSums: false, isBackward: false };
    const stage = emitStage({ module, plan, marks }, stages[0]!, options);
    this.scratchBytes = Math.max(this.scratchBytes, stage.scratchBytes);
    this.emitProgram(exportNames.predict, [{ item: stage.builder, items: this.chunks, serial: undefined }]);
  }

  private emitProgram(name: string, stages: readonly ProgramStage[]): void {
    const watch = this.options.threads > 1 ? this.module.imported(watchName) : undefined;
    emitProgram(this.module, this.plan.control, { name, stages, watch, marks: this.marks });
  }

  private get normalizations(): Normalization[] {
    return this.graph.operations.filter((operation) => operation.kind === 'normalization');
  }

  private emitTrain(closing: readonly ProgramStage[]): void {
    const { module, plan, graph, marks } = this;
    marks.beginProgram();
    // Poolings must know the layout of gradients that are laid out after them.
    let layoutOf: BackwardPass['gradientLayout'] = (): Layout => {
      throw new Error('The backward pass is not laid out yet.');
    };
    const forward = buildForward(graph, plan, { training: true, gradientLayout: (value) => layoutOf(value) });
    const backward = buildBackward(graph, plan, forward);
    layoutOf = backward.gradientLayout;
    const actions = [...forward.actions, ...backward.actions];
    const schedule = makeSchedule(actions, [...forward.winners.values()], backward.lastStage);
    this.placeForBatch(schedule.stored, actions);
    const stages = schedule.stages.flatMap((stage): ProgramStage[] => {
      const name = `train stage ${stage.stage}`;
      const isBackward = stage.stage > forward.lastStage;
      const options = { name, clearsSums: stage.stage === 0, isBackward };
      const built = emitStage({ module, plan, marks }, stage, options);
      this.scratchBytes = Math.max(this.scratchBytes, built.scratchBytes);
      const serial = this.closeStage(stage.stage, forward, backward);
      const works = actions
        .filter((action) => action.stage === stage.stage)
        .flatMap(({ batchWork }) => batchWork ?? []);
      return [{ item: built.builder, items: this.chunks, serial }, ...this.batchStages(works, `${name} batch`)];
    });
    this.emitProgram(exportNames.train, [...stages, ...closing]);
  }

  private batchStages(works: readonly BatchWork[], name: string): ProgramStage[] {
    if (works.length === 0) return [];
    const { stage, scratchBytes } = emitBatchWork(this.module, works, { name, marks: this.marks });
    this.scratchBytes = Math.max(this.scratchBytes, scratchBytes);
    return [stage];
  }

  /** What one thread does behind stage `stage`: the statistics whose sums are complete now. */
  private closeStage(stage: number, forward: ForwardPass, backward: BackwardPass): FunctionBuilder | undefined {
    const { plan } = this;
    const statistics = this.normalizations.filter(
      ({ frozen, input }) => !frozen && forward.nodes.get(input)!.stage === stage,
    );
    const gradients = this.normalizations.filter((operation) => backward.normalizationStages.get(operation) === stage);
    const last = stage === backward.lastStage;
    if (statistics.length + gradients.length === 0 && !last) return undefined;
    return this.serial(`close stage ${stage}`, (f) => {
      for (const operation of statistics)
        emitBatchStatistics(f, plan.normalization(operation), this.population(operation));
      for (const operation of gradients) {
        const target = (parameter: Normalization['gamma']): number | undefined =>
          parameter && plan.chunkAddress + parameter.offset;
        const targets = { gammaGradient: target(operation.gamma), betaGradient: target(operation.beta) };
        emitGradientStatistics(f, { ...plan.normalization(operation), ...targets }, this.population(operation));
      }
      if (last) emitBiasGradients(f, plan, this.graph);
    });
  }

  private population({ input }: Normalization): Population {
    const samples = f64.fromI32(i32.load(i32.constant(this.plan.control.count)));
    const { height, width } = input.shape;
    return { values: f64.multiply(samples, f64.constant(height * width)), chunks: this.chunks };
  }

  /** Places tensors that are kept, and the memory of work on the whole batch, which share it where their stages do not overlap. */
  private placeForBatch(stored: readonly StoredTensor[], actions: readonly Action[]): void {
    const tensors = stored.map(({ node, first, last }) => {
      return { owner: node, first, last, bytes: node.layout.sample * 4 * this.options.batchSize };
    });
    const memories = actions.flatMap(({ batchWork, stage }) =>
      batchWork ? [{ owner: batchWork.memory, first: stage, last: stage, bytes: batchWork.memory.bytes }] : [],
    );
    const { offsets, bytes } = place([...tensors, ...memories]);
    this.arena.begin('tensors');
    const start = this.arena.allocate(bytes);
    for (const [{ owner }, offset] of offsets) owner.address = start + offset;
  }
}

/** Compiles `graph`; nothing is instantiated yet. */
export function compileModule(graph: Graph, options: ModuleOptions): CompiledModule {
  return new ModuleCompiler(graph, options).compile();
}
