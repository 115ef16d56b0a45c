/** A compiled network: copies batches in and results out, and keeps the optimizer's count. */
import type { CompiledModule } from '../compiler/compileModule.js';
import { outputSize } from '../compiler/memoryPlan.js';
import { outsideSlot } from '../compiler/profile.js';
import { LayersWasmError } from '../errors.js';
import type { Parameter } from '../graph/parameter.js';
import type { AdamOptions, Batch, NamedWeights, Network, OptimizerState, ProfileEntry, StepResult } from '../types.js';
import type { ThreadPool } from './threadPool.js';

export interface NetworkOptions {
  readonly batchSize: number;
  readonly training: boolean;
  readonly seed: number;
  readonly optimizer: Required<AdamOptions>;
  readonly parameters: readonly Parameter[];
}

/** `base ** exponent` by repeated multiplication: Math.pow may differ between hosts. */
function power(base: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent; i++) product *= base;
  return product;
}

export class WasmNetwork implements Network {
  private step = 0;
  private readonly imageSize: number;
  private readonly classes: number;

  constructor(
    private readonly compiled: CompiledModule,
    private readonly threads: ThreadPool,
    private readonly options: NetworkOptions,
  ) {
    const { height, width, channels } = compiled.plan.graph.input.shape;
    this.imageSize = height * width * channels;
    this.classes = outputSize(compiled.plan.graph);
    const { address, list } = compiled.updateItems;
    list.forEach((item, i) => {
      this.words(address + i * 16, 2).set([item.start, item.bytes]);
      this.floats(address + i * 16 + 8, 1)[0] = item.penalty;
    });
  }

  private floats(address: number, length: number): Float32Array {
    return new Float32Array(this.threads.memory.buffer, address, length);
  }

  private words(address: number, length: number): Int32Array {
    return new Int32Array(this.threads.memory.buffer, address, length);
  }

  trainStep(batch: Batch): StepResult {
    const { plan } = this.compiled;
    const { control } = plan;
    if (!this.options.training) {
      throw new LayersWasmError('ARGUMENT_INVALID', 'trainStep was called on a network compiled with inferenceOnly.');
    }
    if (!Number.isFinite(batch.learningRate)) {
      throw new LayersWasmError('ARGUMENT_INVALID', `learningRate must be a finite number, got ${batch.learningRate}.`);
    }
    this.writeImages(batch.images, batch.count);
    this.writeLabels(batch);
    const { beta1, beta2 } = this.options.optimizer;
    const updates = this.step + 1;
    const stepSize = (batch.learningRate * Math.sqrt(1 - power(beta2, updates))) / (1 - power(beta1, updates));
    this.floats(control.stepSize, 1)[0] = stepSize;
    this.words(control.dropoutKey, 1)[0] = Math.imul(this.options.seed ^ Math.imul(updates, 0x9e3779b9), 0x85ebca6b);
    const penalty = this.regularizationLoss();
    const chunks = this.setCount(batch.count);
    this.threads.run('train', chunks);
    this.step = updates;
    let loss = 0;
    let correct = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const address = plan.chunkAddress + chunk * plan.chunkBytes + plan.trainableBytes + plan.lossOffset;
      loss += new Float64Array(this.threads.memory.buffer, address, 1)[0]!;
      correct += this.words(address + 8, 1)[0]!;
    }
    return { loss: loss / batch.count + penalty, correct };
  }

  predict(images: Float32Array, count: number): Float32Array {
    this.writeImages(images, count);
    this.threads.run('predict', this.setCount(count));
    return this.floats(this.compiled.plan.output, count * this.classes).slice();
  }

  regularizationLoss(): number {
    let loss = 0;
    for (const parameter of this.compiled.plan.trainable) {
      const { l2 } = parameter.options;
      if (l2 === 0) continue;
      let squares = 0;
      for (const weight of this.memoryOf(parameter)) squares += weight * weight;
      loss += l2 * squares;
    }
    return loss;
  }

  readWeights(): NamedWeights {
    return this.readAll(this.options.parameters, (parameter) => this.compiled.plan.addressOf(parameter));
  }

  writeWeights(weights: NamedWeights): void {
    this.writeAll(this.options.parameters, weights, (parameter) => this.compiled.plan.addressOf(parameter));
    this.threads.pack();
  }

  readGradients(): NamedWeights {
    return this.readTrainable(this.compiled.plan.gradients);
  }

  readOptimizer(): OptimizerState {
    const { firstMoments, secondMoments } = this.compiled.plan;
    return {
      step: this.step,
      firstMoments: this.readTrainable(firstMoments),
      secondMoments: this.readTrainable(secondMoments),
    };
  }

  writeOptimizer(state: OptimizerState): void {
    this.demandTraining();
    if (!Number.isInteger(state.step) || state.step < 0) {
      throw new LayersWasmError(
        'ARGUMENT_INVALID',
        `The optimizer's step must be a whole number of at least 0, got ${state.step}.`,
      );
    }
    const { firstMoments, secondMoments, trainable } = this.compiled.plan;
    this.writeAll(trainable, state.firstMoments, ({ offset }) => firstMoments + offset);
    this.writeAll(trainable, state.secondMoments, ({ offset }) => secondMoments + offset);
    this.step = state.step;
  }

  readProfile(): readonly ProfileEntry[] {
    const entries = this.compiled.profile.map(({ layer, pass, kernel, flops }, slot) => {
      return { layer, pass, kernel, flops, milliseconds: this.threads.clock.milliseconds[slot] ?? 0 };
    });
    this.threads.clock.reset();
    return entries.filter(({ milliseconds }, slot) => slot !== outsideSlot && milliseconds > 0);
  }

  close(): Promise<void> {
    return this.threads.close();
  }

  private demandTraining(): void {
    if (this.options.training) return;
    throw new LayersWasmError(
      'ARGUMENT_INVALID',
      'A network compiled with inferenceOnly has no gradients and no optimizer.',
    );
  }

  private readTrainable(base: number): NamedWeights {
    this.demandTraining();
    return this.readAll(this.compiled.plan.trainable, ({ offset }) => base + offset);
  }

  private memoryOf(parameter: Parameter): Float32Array {
    return this.floats(this.compiled.plan.addressOf(parameter), parameter.paddedSize);
  }

  private readAll(parameters: readonly Parameter[], addressOf: (parameter: Parameter) => number): NamedWeights {
    return new Map(
      parameters.map((parameter) => {
        const data = parameter.unpack(this.floats(addressOf(parameter), parameter.paddedSize));
        return [parameter.name, { shape: parameter.shape, data }];
      }),
    );
  }

  private writeAll(
    parameters: readonly Parameter[],
    weights: NamedWeights,
    addressOf: (parameter: Parameter) => number,
  ): void {
    for (const parameter of parameters) {
      const weight = weights.get(parameter.name);
      if (!weight) throw new LayersWasmError('WEIGHTS_INVALID', `The weight "${parameter.name}" is missing.`);
      if (weight.shape.join() !== parameter.shape.join() || weight.data.length !== parameter.size) {
        const expected = `[${parameter.shape.join(', ')}]`;
        const got = `[${weight.shape.join(', ')}] with ${weight.data.length} values`;
        throw new LayersWasmError(
          'WEIGHTS_INVALID',
          `The weight "${parameter.name}" must have shape ${expected}, got ${got}.`,
        );
      }
    }
    for (const parameter of parameters) {
      parameter.pack(weights.get(parameter.name)!.data, this.floats(addressOf(parameter), parameter.paddedSize));
    }
  }

  private setCount(count: number): number {
    const { control, chunkSize } = this.compiled.plan;
    const chunks = Math.ceil(count / chunkSize);
    this.words(control.count, 1)[0] = count;
    this.words(control.chunks, 1)[0] = chunks;
    return chunks;
  }

  private writeImages(images: Float32Array, count: number): void {
    const { batchSize } = this.options;
    if (!Number.isInteger(count) || count < 1 || count > batchSize) {
      throw new LayersWasmError(
        'ARGUMENT_INVALID',
        `count must be a whole number from 1 to ${batchSize}, got ${count}.`,
      );
    }
    const size = count * this.imageSize;
    if (images.length < size) {
      const expected = `${count} images of ${this.imageSize} values, ${size} in all`;
      throw new LayersWasmError('ARGUMENT_INVALID', `images must hold ${expected}, got ${images.length}.`);
    }
    this.floats(this.compiled.plan.input, size).set(images.subarray(0, size));
  }

  private writeLabels({ labels, sampleWeights, count }: Batch): void {
    const { plan } = this.compiled;
    const target = this.words(plan.labels, count);
    for (let i = 0; i < count; i++) {
      const label = labels[i] ?? NaN;
      if (!(label < this.classes)) {
        throw new LayersWasmError(
          'ARGUMENT_INVALID',
          `labels[${i}] must be a class from 0 to ${this.classes - 1}, got ${label}.`,
        );
      }
      target[i] = label;
    }
    const weights = this.floats(plan.sampleWeights, count);
    if (sampleWeights && sampleWeights.length < count) {
      throw new LayersWasmError(
        'ARGUMENT_INVALID',
        `sampleWeights must hold ${count} values, got ${sampleWeights.length}.`,
      );
    }
    if (sampleWeights) weights.set(sampleWeights.subarray(0, count));
    else weights.fill(1);
  }
}
