/** Fixed places in linear memory: everything but the tensors of the batch, which the schedule places. */
import { isConvolution, type Convolution, type Graph, type Normalization } from '../graph/operation.js';
import type { Parameter } from '../graph/parameter.js';
import type { NormalizationMemory } from '../kernels/batchNormalization.js';
import type { NetworkMemory } from '../types.js';
import { isSummedAtOnce } from './batchGradients.js';
import { gradientPhases, tapsOf, type GradientPhase } from './geometry.js';
import { padChannels } from './layout.js';
import { outputTiling, phaseTiling, placeMatrix, type PackedMatrix } from './winograd.js';

/** What memory is for. */
export type MemoryPart = Exclude<keyof NetworkMemory, 'total'>;

/** Hands out addresses one behind the other, aligned to cache lines. */
export class Arena {
  /** The first free byte. */
  end: number;
  private readonly parts = new Map<MemoryPart, number>();
  private part: MemoryPart | undefined;
  private partStart: number;

  constructor(start: number) {
    this.end = start;
    this.partStart = start;
  }

  /** What is allocated from here on is for `part`. */
  begin(part: MemoryPart): void {
    this.closePart();
    this.part = part;
  }

  /** Bytes handed out for `part`. */
  bytesOf(part: MemoryPart): number {
    this.closePart();
    return this.parts.get(part) ?? 0;
  }

  private closePart(): void {
    if (this.part) this.parts.set(this.part, (this.parts.get(this.part) ?? 0) + this.end - this.partStart);
    this.partStart = this.end;
  }

  allocate(bytes: number): number {
    const address = Math.ceil(this.end / 64) * 64;
    this.end = address + bytes;
    return address;
  }
}

/** Weights of a convolution as its kernels read them. */
export interface PackedWeights {
  readonly forward: PackedMatrix;
  readonly phases: readonly { readonly phase: GradientPhase; readonly matrix: PackedMatrix }[];
}

/** Control words, shared by all threads: int32 unless said otherwise. */
export interface ControlMemory {
  /** Raised by the main thread when there is work; workers sleep on it. */
  readonly command: number;
  /** Which program to run. */
  readonly program: number;
  /** Threads that take part. */
  readonly participants: number;
  readonly arrived: number;
  readonly generation: number;
  /** Not 0 when a thread has failed: nobody waits for it then. */
  readonly failed: number;
  /** Samples in the batch. */
  readonly count: number;
  /** Chunks in the batch. */
  readonly chunks: number;
  /** Single precision: the factor of gradients that are clipped. */
  readonly gradientScale: number;
  readonly dropoutKey: number;
  /** One counter per stage: the next item of work. */
  readonly counters: number;
}

/** The most stages that a program may have. */
export const mostStages = 4096;

export interface PlanOptions {
  readonly batchSize: number;
  readonly training: boolean;
  /** Names of the arrays that the optimizer keeps beside the trainable weights. */
  readonly slots: readonly string[];
}

/** Samples are handed to threads in chunks of this many, and sums over the batch are made chunk by chunk in order. */
const samplesPerChunk = 8;

/** Bytes that the partial gradients of all chunks should stay below; above it, chunks get larger. */
const mostGradientBytes = 256 * 1024 * 1024;

export class MemoryPlan {
  /** Samples of a batch, at most. */
  readonly batchSize: number;
  readonly control: ControlMemory;
  readonly input: number;
  readonly output: number;
  readonly labels: number;
  /** Target probabilities [batch, classes] in single precision. */
  readonly targets: number;
  readonly sampleWeights: number;
  /** Trainable weights, and arrays of the same order: gradients, the optimizer's slots. */
  readonly trainable: readonly Parameter[];
  readonly trainableBytes: number;
  readonly parameters: number;
  readonly gradients: number;
  readonly slots: ReadonlyMap<string, number>;
  /** Moving averages, and the weights of layers that are not trainable. */
  readonly statistics: readonly Parameter[];
  readonly statisticsAddress: number;
  /** Samples per chunk. */
  readonly chunkSize: number;
  /** Per chunk: gradients in single precision, then sums in double precision. */
  readonly chunkAddress: number;
  readonly chunkBytes: number;
  /** Of a chunk's gradients: those that are summed over the whole batch at once lie behind them among the weights, and have no part there. */
  readonly chunkGradientBytes: number;
  /** Of the loss (double) and the count of correct answers (int32), from the start of a chunk's sums. */
  readonly lossOffset: number;
  private readonly sumOffsets = new Map<object, number>();
  private readonly normalizations = new Map<Normalization, NormalizationMemory>();
  private readonly packed = new Map<Convolution, PackedWeights>();
  private readonly summedAtOnce: ReadonlySet<Convolution>;

  constructor(
    readonly graph: Graph,
    readonly arena: Arena,
    options: PlanOptions,
  ) {
    const { batchSize, training, slots } = options;
    const shape = graph.input.shape;
    this.control = placeControl(arena);
    arena.begin('batch');
    this.input = arena.allocate(batchSize * shape.height * shape.width * shape.channels * 4);
    this.output = arena.allocate(batchSize * outputSize(graph) * 4);
    this.labels = arena.allocate(batchSize * 4);
    this.targets = arena.allocate(training ? batchSize * outputSize(graph) * 4 : 0);
    this.sampleWeights = arena.allocate(batchSize * 4);
    this.trainable = graph.parameters.filter((parameter) => parameter.options.trainable);
    this.statistics = graph.parameters.filter((parameter) => !parameter.options.trainable);
    this.batchSize = batchSize;
    this.summedAtOnce = new Set(training ? trainedConvolutions(graph).filter(isSummedAtOnce) : []);
    const atOnce = new Set([...this.summedAtOnce].map(({ kernel }) => kernel));
    arena.begin('weights');
    this.chunkGradientBytes = assignOffsets(this.trainable.filter((parameter) => !atOnce.has(parameter)));
    this.trainableBytes = assignOffsets([...atOnce], this.chunkGradientBytes);
    this.parameters = arena.allocate(this.trainableBytes);
    this.statisticsAddress = arena.allocate(assignOffsets(this.statistics));
    const copies = training ? this.trainableBytes : 0;
    arena.begin('optimizer');
    this.gradients = arena.allocate(copies);
    this.slots = new Map(training ? slots.map((slot) => [slot, arena.allocate(copies)]) : []);

    let sumBytes = 0;
    const addSums = (key: object, doubles: number): void => {
      this.sumOffsets.set(key, sumBytes);
      sumBytes += doubles * 8;
    };
    for (const operation of graph.operations) {
      if (operation.kind === 'normalization') addSums(operation, 4 * padChannels(operation.output.shape.channels));
      if ((operation.kind === 'convolution' || operation.kind === 'depthwise') && operation.bias) {
        addSums(operation.bias, operation.bias.paddedColumns);
      }
    }
    this.lossOffset = sumBytes;
    sumBytes += 16;
    this.chunkBytes = Math.ceil((this.chunkGradientBytes + sumBytes) / 64) * 64;
    this.chunkSize = training ? chunkSizeOf(batchSize, this.chunkBytes) : samplesPerChunk;
    arena.begin('partialSums');
    this.chunkAddress = arena.allocate(training ? Math.ceil(batchSize / this.chunkSize) * this.chunkBytes : 0);

    arena.begin('weights');
    for (const operation of graph.operations) {
      if (operation.kind === 'normalization') this.normalizations.set(operation, this.placeNormalization(operation));
      if (operation.kind === 'convolution') this.packed.set(operation, this.placePacked(operation, training));
    }
  }

  /** Offset of a layer's sums from the start of a chunk's. */
  sumsOf(key: object): number {
    return this.sumOffsets.get(key)!;
  }

  normalization(operation: Normalization): NormalizationMemory {
    return this.normalizations.get(operation)!;
  }

  packedWeights(operation: Convolution): PackedWeights {
    return this.packed.get(operation)!;
  }

  /** True where the gradient of its weights is summed over the whole batch at once, and not chunk by chunk. */
  isSummedAtOnce(operation: Convolution): boolean {
    return this.summedAtOnce.has(operation);
  }

  addressOf(parameter: Parameter): number {
    return (parameter.options.trainable ? this.parameters : this.statisticsAddress) + parameter.offset;
  }

  private placeNormalization(operation: Normalization): NormalizationMemory {
    const channels = padChannels(operation.output.shape.channels);
    const { gamma, beta } = operation;
    return {
      channels,
      epsilon: operation.epsilon,
      momentum: operation.momentum,
      gamma: gamma && this.addressOf(gamma),
      beta: beta && this.addressOf(beta),
      movingMean: this.addressOf(operation.movingMean),
      movingVariance: this.addressOf(operation.movingVariance),
      scale: this.arena.allocate(channels * 4),
      shift: this.arena.allocate(channels * 4),
      coefficients: this.arena.allocate(channels * 12),
      mean: this.arena.allocate(channels * 8),
      inverse: this.arena.allocate(channels * 8),
      sums: this.chunkAddress + this.chunkGradientBytes + this.sumsOf(operation),
      chunkBytes: this.chunkBytes,
    };
  }

  private placePacked(operation: Convolution, training: boolean): PackedWeights {
    const { kernel, input, window } = operation;
    const { groups, paddedRows, paddedColumns } = kernel;
    const shape = { taps: groups, inputs: paddedRows, outputs: paddedColumns };
    const forward = placeMatrix(this.arena, shape, outputTiling(operation));
    if (!training || !input.needsGradient) return { forward, phases: [] };
    const phases = gradientPhases(input.shape, window).map((phase) => {
      const transposed = { taps: tapsOf(phase, window).length, inputs: paddedColumns, outputs: paddedRows };
      return { phase, matrix: placeMatrix(this.arena, transposed, phaseTiling(operation, phase)) };
    });
    return { forward, phases };
  }
}

/** Samples per chunk: twice as many as long as the chunks' partial gradients take too much. */
function chunkSizeOf(batchSize: number, chunkBytes: number): number {
  let size = samplesPerChunk;
  while (Math.ceil(batchSize / size) * chunkBytes > mostGradientBytes && size < batchSize) size *= 2;
  return size;
}

function placeControl(arena: Arena): ControlMemory {
  const line = (): number => arena.allocate(64);
  const command = line();
  const arguments_ = line();
  return {
    command,
    program: arguments_,
    participants: arguments_ + 4,
    count: arguments_ + 8,
    chunks: arguments_ + 12,
    dropoutKey: arguments_ + 16,
    failed: arguments_ + 20,
    gradientScale: arguments_ + 24,
    arrived: line(),
    generation: line(),
    counters: arena.allocate(mostStages * 4),
  };
}

/** Floats of one sample's output. */
export function outputSize(graph: Graph): number {
  const { height, width, channels } = graph.output.shape;
  return height * width * channels;
}

function trainedConvolutions({ operations }: Graph): Convolution[] {
  return operations.filter(isConvolution).filter(({ kernel }) => kernel.options.trainable);
}

/** Places parameters one behind the other from `start` on and returns the end in whole cache lines. */
function assignOffsets(parameters: readonly Parameter[], start = 0): number {
  let bytes = start;
  for (const parameter of parameters) {
    parameter.offset = bytes;
    bytes += Math.ceil((parameter.paddedSize * 4) / 16) * 16;
  }
  return Math.ceil(bytes / 64) * 64;
}
