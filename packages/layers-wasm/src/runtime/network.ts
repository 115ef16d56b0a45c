/** A compiled network: copies batches in and results out, and keeps the optimizer's count. */
import type { CompiledModule } from '../compiler/compileModule.js';
import { outsideSlot } from '../compiler/profile.js';
import { argumentInvalid } from '../errors.js';
import type { Parameter } from '../graph/parameter.js';
import { averagesSlot } from '../kernels/optimizer/movingAverage.js';
import { dropoutKey } from '../training/dropoutMask.js';
import { carriedState, demandState, demandTensors, type StateOwner } from '../training/optimizerState.js';
import type { TrainingOptions } from '../training/options.js';
import type { Batch, NamedWeights, Network, NetworkBuild, OptimizerState, ProfileEntry, StepResult } from '../types.js';
import { BatchMemory } from './batchMemory.js';
import { LinearMemory } from './linearMemory.js';
import { OptimizerSlots } from './optimizerSlots.js';
import { StepScalars } from './stepScalars.js';
import { readTensors, writeTensors, type TensorPlaces } from './tensors.js';
import type { ThreadPool } from './threadPool.js';

export interface NetworkOptions {
  readonly batchSize: number;
  readonly training: boolean;
  readonly trained: TrainingOptions;
  readonly parameters: readonly Parameter[];
}

export class WasmNetwork implements Network {
  readonly build: NetworkBuild;
  private step = 0;
  /** The normalisations' scales and shifts are those of the moving averages. */
  private normalized = false;
  private readonly memory: LinearMemory;
  private readonly batch: BatchMemory;
  private readonly slots: OptimizerSlots;
  private readonly scalars: StepScalars;
  private readonly weights: TensorPlaces;
  /** Where outputs begin in the memory's view of floats. */
  private readonly output: number;

  constructor(
    private readonly compiled: CompiledModule,
    private readonly threads: ThreadPool,
    private readonly options: NetworkOptions,
  ) {
    const { batchSize, trained, parameters } = options;
    const { plan } = compiled;
    this.build = compiled.build;
    this.output = plan.output / 4;
    this.memory = new LinearMemory(threads);
    this.batch = new BatchMemory(plan, this.memory, { batchSize, labelSmoothing: trained.labelSmoothing });
    this.slots = new OptimizerSlots(plan, this.memory);
    this.weights = { parameters, addressOf: (parameter) => plan.addressOf(parameter) };
    this.scalars = new StepScalars(this.memory, compiled.updateItems, trained);
  }

  trainStep(batch: Batch): StepResult {
    this.threads.demandUsable();
    if (!this.options.training) {
      throw argumentInvalid('trainStep was called on a network compiled with inferenceOnly.');
    }
    if (!Number.isFinite(batch.learningRate)) {
      throw argumentInvalid(`learningRate must be a finite number, got ${batch.learningRate}.`);
    }
    const chunks = this.batch.writeImages(this.threads.views, batch.images, batch.count);
    this.batch.writeTargets(batch);
    this.writeScalars(batch.learningRate);
    const penalty = this.regularizationLoss();
    this.normalized = false;
    this.threads.run('train', chunks);
    this.step++;
    const { loss, correct } = this.sumOverChunks(chunks);
    return { loss: loss / batch.count + penalty, correct };
  }

  predict(images: Float32Array, count: number): Float32Array {
    // Few functions and objects: a caller who has rested waits for each to come from memory.
    const { views } = this.threads;
    const chunks = this.batch.writeImages(views, images, count);
    if (!this.normalized) this.threads.normalize();
    this.normalized = true;
    this.threads.run('predict', chunks);
    return views.floats.slice(this.output, this.output + count * this.batch.classes);
  }

  regularizationLoss(): number {
    this.threads.demandUsable();
    const { plan } = this.compiled;
    let loss = 0; // of frozen weights too, as in Keras 2: the loss is the same function whatever is trained
    for (const parameter of this.options.parameters) {
      const { l2 } = parameter.options;
      if (l2 === 0) continue;
      let squares = 0;
      for (const weight of this.memory.floats(plan.addressOf(parameter), parameter.paddedSize)) {
        squares += weight * weight;
      }
      loss += l2 * squares;
    }
    return loss;
  }

  readWeights(): NamedWeights {
    this.threads.demandUsable();
    return readTensors(this.memory, this.weights);
  }

  writeWeights(weights: NamedWeights): void {
    this.threads.demandUsable();
    demandTensors(this.weights.parameters, weights, 'weight');
    writeTensors(this.memory, weights, this.weights);
    if (this.keepsAverages) writeTensors(this.memory, weights, this.slots.places(averagesSlot));
    this.threads.pack();
    this.threads.normalize(); // at once: frozen normalisations train with these too
    this.normalized = true;
  }

  readAverages(): NamedWeights {
    this.threads.demandUsable();
    this.demandTraining();
    if (!this.keepsAverages) {
      throw argumentInvalid('There is no moving average: compile with averageDecay to keep one.');
    }
    return new Map([...this.readWeights(), ...readTensors(this.memory, this.slots.places(averagesSlot))]);
  }

  readGradients(): NamedWeights {
    this.threads.demandUsable();
    this.demandTraining();
    const { trainable, gradients } = this.compiled.plan;
    return readTensors(this.memory, { parameters: trainable, addressOf: ({ offset }) => gradients + offset });
  }

  readOptimizer(): OptimizerState {
    this.threads.demandUsable();
    this.demandTraining();
    const { step, scalars } = this;
    const late = scalars.startedAt.size > 0 && { startedAt: new Map(scalars.startedAt) };
    return { step, ...late, slots: this.slots.read() };
  }

  writeOptimizer(state: OptimizerState): void {
    this.threads.demandUsable();
    this.demandTraining();
    demandState(state, this.stateOwner);
    this.slots.write(state.slots);
    this.step = state.step;
    this.scalars.startedAt = new Map(state.startedAt);
  }

  carryOptimizer(state: OptimizerState): void {
    this.threads.demandUsable();
    this.demandTraining();
    this.writeOptimizer(carriedState(state, this.stateOwner, this.readWeights()));
  }

  readProfile(): readonly ProfileEntry[] {
    this.threads.demandUsable();
    const entries = this.compiled.profile.map(({ layer, pass, kernel, flops }, slot) => {
      return { layer, pass, kernel, flops, milliseconds: this.threads.clock.milliseconds[slot] ?? 0 };
    });
    this.threads.clock.reset();
    return entries.filter(({ milliseconds }, slot) => slot !== outsideSlot && milliseconds > 0);
  }

  close(): Promise<void> {
    return this.threads.close();
  }

  private get stateOwner(): StateOwner {
    const { slots, trainable } = this.compiled.plan;
    return { slots: [...slots.keys()], trainable };
  }

  private get keepsAverages(): boolean {
    return this.compiled.plan.slots.has(averagesSlot);
  }

  private demandTraining(): void {
    if (this.options.training) return;
    throw argumentInvalid('A network compiled with inferenceOnly has no gradients and no optimizer.');
  }

  /** Numbers of the step to come. */
  private writeScalars(learningRate: number): void {
    const { control } = this.compiled.plan;
    const { trained } = this.options;
    const update = this.step + 1;
    this.scalars.write(learningRate, update);
    this.memory.words(control.dropoutKey, 1)[0] = dropoutKey(trained.seed, update);
  }

  private sumOverChunks(chunks: number): StepResult {
    const { plan } = this.compiled;
    let [loss, correct] = [0, 0];
    for (let chunk = 0; chunk < chunks; chunk++) {
      const address = plan.chunkAddress + chunk * plan.chunkBytes + plan.chunkGradientBytes + plan.lossOffset;
      loss += this.memory.doubles(address, 1)[0]!;
      correct += this.memory.words(address + 8, 1)[0]!;
    }
    return { loss, correct };
  }
}
