/** A network on the GPU: hands batches over, takes results back, and keeps the optimizer's count. */
import type { Graph } from 'layers-wasm/graph/operation.js';
import { dropoutKey, dropoutStream } from 'layers-wasm/training/dropoutMask.js';
import type { TrainingOptions } from 'layers-wasm/training/options.js';
import { averagesSlot, carriedState, demandState, demandTensors } from 'layers-wasm/training/optimizerState.js';
import { demandImages, writeTargets } from 'layers-wasm/training/targets.js';
import { LayersWasmError } from 'layers-wasm';
import type { NamedWeights } from '../../model/modelFile.js';
import type { Scaling } from '../../scaling.js';
import type { CompiledModel, Images, OptimizerState, StepResult, TrainingBatch } from '../engine.js';
import { demandGreyLevels, demandScaledPixels } from '../imageKinds.js';
import type { NetworkMemory } from './networkMemory.js';
import { movingStatisticsPass, predictionPass, spreadPass, trainingPass, type Network } from './passes.js';
import { squareThreads } from './programs/optimizer.js';
import { crossEntropy, softmax } from './readings.js';
import type { Command } from './recording.js';
import type { Session } from './session.js';
import { StateImage } from './stateImage.js';
import { StepScalars } from './stepScalars.js';
import { sizeOf } from './workbench.js';

export interface NetworkOptions {
  readonly batchSize: number;
  readonly training: boolean;
  readonly trained: TrainingOptions;
  /** Of images that come as bytes; absent = they come scaled. */
  readonly scaling?: Scaling;
}

/** What a network computes with. */
export interface NetworkParts {
  readonly session: Session;
  readonly graph: Graph;
  readonly memory: NetworkMemory;
}

export class WebGpuNetwork implements CompiledModel {
  private readonly session: Session;
  private readonly graph: Graph;
  private readonly memory: NetworkMemory;
  private step = 0;
  /** The normalisations' rows in the workspace are those of the moving statistics. */
  private normalized = false;
  private readonly network: Network;
  private readonly scalars: StepScalars;
  private readonly passes = new Map<string, readonly Command[]>();

  constructor(
    { session, graph, memory }: NetworkParts,
    private readonly options: NetworkOptions,
  ) {
    this.session = session;
    this.graph = graph;
    this.memory = memory;
    this.network = { graph, bench: session.bench, memory, scaling: options.scaling };
    this.scalars = new StepScalars(memory.layout.parameters, options.trained);
  }

  /** Records what full batches need, so that a GPU that cannot is known at once. Throws FerError ENGINE_UNAVAILABLE. */
  async prepare(weights: NamedWeights): Promise<void> {
    const { batchSize, training } = this.options;
    await this.session.attempt(() => {
      if (training) this.trainingCommands(batchSize);
      else this.predictionCommands(batchSize);
    });
    await this.writeWeights(weights);
  }

  async trainStep(batch: TrainingBatch): Promise<StepResult> {
    this.demandTraining();
    const { images, count, learningRate } = batch;
    if (!Number.isFinite(learningRate)) {
      throw new LayersWasmError('ARGUMENT_INVALID', `learningRate must be a finite number, got ${learningRate}.`);
    }
    const { trained } = this.options;
    this.writeImages(images, count);
    const { classes } = this;
    const expected = {
      labels: new Int32Array(count),
      targets: new Float32Array(count * classes),
      sampleWeights: new Float32Array(count),
    };
    writeTargets(batch, { classes, labelSmoothing: trained.labelSmoothing }, expected);
    this.writeStep(expected, count, learningRate);
    const commands = this.trainingCommands(count);
    this.normalized = false;
    this.step++;
    const readings = await this.read(commands);
    const { loss, correct } = crossEntropy(readings.subarray(0, count * classes), count, expected);
    const penalty = readings.subarray(-squareThreads).reduce((sum, part) => sum + part, 0);
    return { loss: loss + penalty, correct };
  }

  async predict(images: Images, count: number): Promise<Float32Array> {
    this.writeImages(images, count);
    const normalize = this.normalized ? [] : this.commands('normalize', () => movingStatisticsPass(this.network));
    this.normalized = true;
    const readings = await this.read([...normalize, ...this.predictionCommands(count)]);
    const outputs = readings.slice(0, count * this.classes);
    return this.graph.softmax ? softmax(outputs, count) : outputs;
  }

  async regularizationLoss(): Promise<number> {
    let loss = 0; // of frozen weights too, as in Keras 2: the loss is the same function whatever is trained
    const image = await this.readState();
    for (const parameter of this.graph.parameters.filter(({ options }) => options.l2 > 0)) {
      const squares = image.weight(parameter).reduce((sum, weight) => sum + weight * weight, 0);
      loss += parameter.options.l2 * squares;
    }
    return loss;
  }

  async readWeights(): Promise<NamedWeights> {
    return (await this.readState()).weights(this.graph.parameters);
  }

  async writeWeights(weights: NamedWeights): Promise<void> {
    const { layout, state } = this.memory;
    demandTensors(this.graph.parameters, weights, 'weight');
    const image = StateImage.blank(layout);
    image.writeWeights(weights);
    const buffer = this.session.bench.bufferOf(state);
    this.session.write(buffer, image.weightValues);
    if (this.keepsAverages) {
      this.session.write(buffer, image.trainedValues, layout.slotOffset(averagesSlot) * 4);
    }
    this.session.submit(this.commands('spread', () => spreadPass(this.network)));
    this.normalized = false;
    await this.session.idle();
  }

  async readAverages(): Promise<NamedWeights> {
    this.demandTraining();
    if (!this.keepsAverages) {
      const message = 'There is no moving average: compile with averageDecay to keep one.';
      throw new LayersWasmError('ARGUMENT_INVALID', message);
    }
    const image = await this.readState();
    return new Map([...image.weights(this.graph.parameters), ...image.slot(averagesSlot)]);
  }

  async readOptimizer(): Promise<OptimizerState> {
    this.demandTraining();
    const { step, scalars } = this;
    const late = scalars.startedAt.size > 0 && { startedAt: new Map(scalars.startedAt) };
    return { step, ...late, slots: (await this.readState()).slots() };
  }

  async writeOptimizer(state: OptimizerState): Promise<void> {
    this.demandTraining();
    const { layout } = this.memory;
    demandState(state, layout);
    const image = StateImage.blank(layout);
    image.writeSlots(state.slots);
    this.session.write(this.session.bench.bufferOf(this.memory.state), image.slotValues, layout.weightsSize * 4);
    this.step = state.step;
    this.scalars.startedAt = new Map(state.startedAt);
    await this.session.idle();
  }

  async carryOptimizer(state: OptimizerState): Promise<void> {
    this.demandTraining();
    await this.writeOptimizer(carriedState(state, this.memory.layout, await this.readWeights()));
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private get classes(): number {
    return this.graph.output.shape.channels;
  }

  private get keepsAverages(): boolean {
    return this.memory.layout.slots.includes(averagesSlot);
  }

  private demandTraining(): void {
    if (this.options.training) return;
    const message = 'A network compiled with inferenceOnly has no gradients and no optimizer.';
    throw new LayersWasmError('ARGUMENT_INVALID', message);
  }

  private writeImages(images: Images, count: number): void {
    const { session, memory } = this;
    const { height, width, channels } = this.graph.input.shape;
    const size = height * width * channels;
    demandImages(images, count, { size, batchSize: this.options.batchSize });
    if (memory.levels) {
      demandGreyLevels(images);
      session.write(session.bench.bufferOf(memory.levels), wholeWords(images.subarray(0, count * size)));
    } else {
      demandScaledPixels(images);
      session.write(session.bench.bufferOf(memory.images), images.subarray(0, count * size));
    }
  }

  /** Writes what a step reads beside its images. */
  private writeStep(
    { targets, sampleWeights }: { targets: Float32Array; sampleWeights: Float32Array },
    count: number,
    learningRate: number,
  ): void {
    const { session, memory } = this;
    const { bench } = session;
    const update = this.step + 1;
    const key = dropoutKey(this.options.trained.seed, update);
    const streams = Int32Array.from({ length: sizeOf(memory.streams) }, (_, index) => dropoutStream(key, index));
    session.write(bench.bufferOf(memory.streams), streams);
    session.write(bench.bufferOf(memory.targets), targets);
    session.write(
      bench.bufferOf(memory.shares),
      sampleWeights.map((weight) => weight / count),
    );
    session.write(bench.bufferOf(memory.scalars), this.scalars.of(learningRate, update));
  }

  private trainingCommands(count: number): readonly Command[] {
    return this.commands(`train ${count}`, () => trainingPass(this.network, count, this.options.trained));
  }

  /** For at least `count` images: powers of two, so that there are few such passes. What lies behind the images does not matter. */
  private predictionCommands(count: number): readonly Command[] {
    const size = Math.min(2 ** Math.ceil(Math.log2(count)), this.options.batchSize);
    return this.commands(`predict ${size}`, () => predictionPass(this.network, size));
  }

  private commands(name: string, record: () => void): readonly Command[] {
    const known = this.passes.get(name);
    if (known) return known;
    record();
    const commands = this.session.bench.take();
    this.passes.set(name, commands);
    return commands;
  }

  private async read(commands: readonly Command[]): Promise<Float32Array> {
    const { readings } = this.memory;
    const buffer = this.session.bench.bufferOf(readings);
    return new Float32Array(await this.session.submitAndRead(commands, buffer, sizeOf(readings) * 4));
  }

  private async readState(): Promise<StateImage> {
    const { layout, state } = this.memory;
    const buffer = this.session.bench.bufferOf(state);
    const data = await this.session.submitAndRead([], buffer, layout.stateSize * 4);
    return new StateImage(layout, new Float32Array(data));
  }
}

/** `bytes` with as many behind them as a GPU wants to be given: a multiple of four. */
function wholeWords(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 4 === 0) return bytes;
  const padded = new Uint8Array(4 * Math.ceil(bytes.length / 4));
  padded.set(bytes);
  return padded;
}
