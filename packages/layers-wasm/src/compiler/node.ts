/** The tensors and actions of a program, and where each is to be had. */
import type { I32 } from '../assembler/expression.js';
import type { FunctionBuilder, FunctionReference } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Parameter } from '../graph/parameter.js';
import { joinHalos, Layout, noHalo, type Halo, type Shape } from './layout.js';

/** A tensor that a node or action reads, and the halo of zeros that it wants around it. */
export interface Use {
  readonly node: Node;
  readonly halo: Halo;
}

/** Code is emitted here: inside the loop of one stage over groups of samples. */
export interface Site {
  readonly module: ModuleBuilder;
  /** Samples in the group at hand. */
  readonly count: I32;
  /** The group's first sample, counted in the batch. */
  readonly firstSample: I32;
  /** The group's first sample of a tensor. */
  address(node: Node): I32;
  /** The gradient of a weight, summed over the chunk at hand. */
  gradient(parameter: Parameter): I32;
  /** Doubles of the chunk at hand, at an offset from their start in bytes. */
  sums(offset: number): I32;
  /** Scratch memory of the step at hand, as much as it asked for. */
  readonly workspace: I32;
  call(kernel: FunctionReference, ...values: I32[]): void;
  /** The work of `work` ends here, for a profile. A step's own work is marked without it. */
  mark(work: Work): void;
}

/** Whose work a step is: what a profile counts its time to. */
export interface Work {
  /** Name of the model's layer. */
  readonly layer: string;
  readonly pass: 'forward' | 'backward';
  /** Which kind of kernel does it. */
  readonly kernel: string;
  /** Multiplications and additions per sample, where they are what takes the time; else 0. */
  readonly flops: number;
}

/** What a step wants beside its tensors. */
export interface Needs {
  /** Bytes of scratch memory while it runs. */
  readonly workspace?: number;
  /** Samples that it should get at once, to use its weights well. */
  readonly samplesAtOnce?: number;
}

/** What several kernels of one step want, one after the other. */
export function joinNeeds(steps: readonly { readonly needs?: Needs | undefined }[]): Needs {
  const most = (of: (needs: Needs) => number | undefined): number =>
    Math.max(...steps.map(({ needs }) => (needs && of(needs)) ?? 0));
  return { workspace: most(({ workspace }) => workspace), samplesAtOnce: most(({ samplesAtOnce }) => samplesAtOnce) };
}

/** Something that happens in one stage. */
export interface Action {
  readonly needs?: Needs | undefined;
  readonly work: Work;
  readonly stage: number;
  readonly uses: readonly Use[];
  readonly emit: (site: Site) => void;
  /** What becomes of it when it has happened to all samples. */
  readonly batchWork?: BatchWork;
}

/** Work on the whole batch behind a stage, which threads share item by item. */
export interface BatchWork {
  readonly work: Work;
  readonly items: (module: ModuleBuilder) => number;
  /** Memory in which the stage leaves what the work is done on. */
  readonly memory: BatchMemory;
  /** Bytes of scratch memory that an item needs. */
  readonly workspace: number;
  readonly emit: (site: BatchSite) => void;
}

/** Code of one item of work on the whole batch is emitted here. */
export interface BatchSite {
  readonly f: FunctionBuilder;
  readonly module: ModuleBuilder;
  readonly item: I32;
  /** Scratch memory, as much as the work asked for. */
  readonly workspace: I32;
}

/** Memory for the whole batch from the start of a stage to the end of the work behind it. */
export interface BatchMemory {
  readonly bytes: number;
  /** Settled when all memory is placed. */
  address: number;
}

export interface NodeOptions {
  readonly needs?: Needs | undefined;
  readonly work: Work;
  readonly shape: Shape;
  /** The first stage in which it can be had. */
  readonly stage: number;
  readonly uses: readonly Use[];
  /** Cheap enough to make again in a later stage instead of keeping it. */
  readonly recomputable: boolean;
  /** Pixels are not padded to whole vectors. */
  readonly packed?: boolean;
  /** The kernel adds to its output, or leaves out places: zeros first. */
  readonly cleared?: boolean;
  /** Another node's tensor under this name. */
  readonly alias?: Node;
  /** Lies at a fixed address, which nothing here makes. */
  readonly external?: boolean;
  readonly emit?: (site: Site, node: Node) => void;
}

/** A tensor with one value per sample. */
export class Node {
  readonly needs: Needs | undefined;
  readonly work: Work;
  readonly shape: Shape;
  readonly stage: number;
  readonly uses: readonly Use[];
  readonly recomputable: boolean;
  readonly packed: boolean;
  readonly cleared: boolean;
  readonly alias: Node | undefined;
  readonly external: boolean;
  readonly emit: (site: Site, node: Node) => void;
  /** Kept for the whole batch, because a later stage reads it. */
  stored = false;
  /** First byte of sample 0, for stored and external tensors. */
  address = 0;
  private halo: Halo = noHalo;
  private fixedLayout: Layout | undefined;

  constructor(options: NodeOptions) {
    this.needs = options.needs;
    this.work = options.work;
    this.shape = options.shape;
    this.stage = options.stage;
    this.uses = options.uses;
    this.recomputable = options.recomputable;
    this.packed = options.packed ?? false;
    this.cleared = options.cleared ?? false;
    this.alias = options.alias;
    this.external = options.external ?? false;
    this.emit = options.emit ?? (() => undefined);
  }

  /** The tensor that this name stands for. */
  get target(): Node {
    return this.alias ? this.alias.target : this;
  }

  /** Asks for a halo; only before the layout is used. */
  widen(halo: Halo): void {
    this.halo = joinHalos(this.halo, halo);
  }

  /** The layout, which is final from the first time that it is asked for. */
  get layout(): Layout {
    if (this.alias) return this.alias.layout;
    this.fixedLayout ??= new Layout(this.shape, this.halo, this.packed);
    return this.fixedLayout;
  }
}

/** A use without a halo. */
export const plain = (node: Node): Use => ({ node, halo: noHalo });
