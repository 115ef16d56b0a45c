/** A second, independent implementation of every layer in float64 and plain loops: the oracle the engine is tested against. */
import type { LayersConfig, NamedWeights } from '../../src/types.js';
import { ReferenceAdam, type ReferenceAdamOptions } from './adam.js';
import { clipped } from './clipping.js';
import { stepsOf, type Step } from './graph.js';
import type { Layer, LayerContext } from './layer.js';
import { makeLayer } from './layers.js';
import { crossEntropy, type CrossEntropy, type Labelled } from './loss.js';
import { MovingAverage } from './movingAverage.js';
import type { ReferenceOptimizer } from './optimizer.js';
import { l2Factors } from './regularisation.js';
import { ReferenceSgd, type ReferenceSgdOptions } from './sgd.js';
import { accumulate, axis, copy, type Tensor } from './tensor.js';

/** Samples, their labels and the rate of the update. */
export interface ReferenceBatch extends Labelled {
  /** [count, height, width, channels]. */
  readonly images: ArrayLike<number>;
  readonly count: number;
  readonly learningRate: number;
}

export interface ReferenceStep {
  /** Weighted cross-entropy plus L2 penalties, before the update. */
  readonly loss: number;
  readonly correct: number;
  /** Keyed as the weights that are trained, L2 included, not clipped. */
  readonly gradients: Map<string, Float64Array>;
}

/** How to train; without `sgd` it is Adam. */
export interface ReferenceOptions {
  readonly adam?: ReferenceAdamOptions;
  readonly sgd?: ReferenceSgdOptions;
  readonly clipNorm?: number | undefined;
  readonly labelSmoothing?: number | undefined;
  readonly averageDecay?: number | undefined;
  /** By weight; 1 for the others. */
  readonly learningRateFactors?: ReadonlyMap<string, number> | undefined;
}

/** Runs and trains a config that ends in a softmax. */
export class ReferenceNetwork {
  /** Current weights, keyed `layer/weight`. */
  readonly weights: Map<string, Tensor>;
  /** Factors for Dropout layers (0 or 1 / (1 - rate)) by layer name; training a network with Dropout needs them. */
  readonly dropoutMasks = new Map<string, Float64Array>();
  /** Names of the layers that are not trainable, as the config has them; may be changed between steps. */
  readonly frozen: Set<string>;
  readonly optimizer: ReferenceOptimizer;
  /** Of the weights, from the first on; undefined without `averageDecay`. */
  readonly average: MovingAverage | undefined;
  private readonly steps: readonly Step[];
  private readonly layers = new Map<string, Layer>();
  /** By weight; 0 where there is no penalty. */
  private readonly l2Factors: ReadonlyMap<string, number>;
  private gradients = new Map<string, Float64Array>();

  constructor(
    config: LayersConfig,
    weights: NamedWeights,
    private readonly options: ReferenceOptions = {},
  ) {
    this.frozen = new Set(
      config.config.layers.filter((layer) => layer.config['trainable'] === false).map(({ name }) => name),
    );
    this.weights = new Map([...weights].map(([name, weight]) => [name, copy(weight)]));
    const { adam, sgd, averageDecay } = options;
    this.optimizer = sgd ? new ReferenceSgd(sgd) : new ReferenceAdam(adam);
    this.average = averageDecay === undefined ? undefined : new MovingAverage(this.weights, averageDecay);
    this.l2Factors = l2Factors(config.config.layers, weights.keys());
    this.steps = stepsOf(config);
    for (const step of this.steps) {
      if (step.className !== 'InputLayer') this.layers.set(step.name, makeLayer(step.className, this.contextOf(step)));
    }
  }

  /** Probabilities [count, classes]; moving averages stand for the batch's statistics. */
  predict(images: ArrayLike<number>, count: number): Float64Array {
    return this.forward(images, count, false).get(this.steps.at(-1)!.name)!.data;
  }

  /** Loss of one batch in training mode, as `differentiate` has it. Moves the moving averages. */
  loss(batch: ReferenceBatch): number {
    const outputs = this.forward(batch.images, batch.count, true);
    return this.crossEntropy(outputs, batch).loss + this.penalty();
  }

  /** Loss and gradients of one batch in training mode. Moves the moving averages, not the weights. */
  differentiate(batch: ReferenceBatch): ReferenceStep {
    const outputs = this.forward(batch.images, batch.count, true);
    const { loss, correct, gradient } = this.crossEntropy(outputs, batch);
    this.gradients = new Map();
    this.backward(this.logits(), gradient);
    for (const name of this.gradients.keys()) if (this.frozen.has(layerOf(name))) this.gradients.delete(name);
    for (const [key, values] of this.gradients) {
      const factor = this.l2Factors.get(key)!;
      this.weights.get(key)!.data.forEach((w, i) => (values[i]! += 2 * factor * w));
    }
    return { loss: loss + this.penalty(), correct, gradients: this.gradients };
  }

  /** One update of the weights and of their average. */
  trainStep(batch: ReferenceBatch): ReferenceStep {
    const result = this.differentiate(batch);
    const { clipNorm, learningRateFactors } = this.options;
    const rateOf = (name: string): number => batch.learningRate * (learningRateFactors?.get(name) ?? 1);
    this.optimizer.update(this.weights, clipped(result.gradients, clipNorm), rateOf);
    this.average?.update(this.weights);
    return result;
  }

  private crossEntropy(outputs: ReadonlyMap<string, Tensor>, batch: ReferenceBatch): CrossEntropy {
    return crossEntropy(outputs.get(this.logits())!, batch, this.options.labelSmoothing);
  }

  private forward(images: ArrayLike<number>, count: number, training: boolean): Map<string, Tensor> {
    const outputs = new Map<string, Tensor>();
    for (const step of this.steps) {
      const inputs = step.inputs.map((name) => outputs.get(name)!);
      const layer = this.layers.get(step.name);
      outputs.set(step.name, layer ? layer.forward(inputs, training) : inputTensor(step, images, count));
    }
    return outputs;
  }

  private backward(from: string, gradient: Tensor): void {
    const pending = new Map([[from, gradient]]);
    for (const step of [...this.steps].reverse()) {
      const outputGradient = pending.get(step.name);
      const layer = this.layers.get(step.name);
      if (!outputGradient || !layer) continue;
      layer.backward(outputGradient).forEach((inputGradient, i) => {
        const producer = step.inputs[i]!;
        const sum = pending.get(producer);
        if (sum) accumulate(sum.data, inputGradient.data);
        else pending.set(producer, inputGradient);
      });
    }
  }

  /** Sum of `l2 * sum(w^2)` over the weights. */
  penalty(): number {
    let penalty = 0;
    for (const [key, factor] of this.l2Factors) {
      penalty += factor * this.weights.get(key)!.data.reduce((sum, w) => sum + w * w, 0);
    }
    return penalty;
  }

  /** The step that feeds the closing softmax. */
  private logits(): string {
    const last = this.steps.at(-1)!;
    if (last.className !== 'Softmax' && last.config.activation !== 'softmax') {
      throw new Error(`Expected the network to end in a softmax, got ${last.className}.`);
    }
    return last.inputs[0]!;
  }

  private contextOf({ name, config }: Step): LayerContext {
    const weight = (short: string): Tensor => required(this.weights, `${name}/${short}`);
    return {
      name,
      config,
      weight,
      gradient: (short) => {
        const key = `${name}/${short}`;
        const known = this.gradients.get(key) ?? new Float64Array(weight(short).data.length);
        this.gradients.set(key, known);
        return known;
      },
      frozen: () => this.frozen.has(name),
      dropoutMask: () => required(this.dropoutMasks, name),
    };
  }
}

const layerOf = (weight: string): string => weight.slice(0, weight.lastIndexOf('/'));

function inputTensor({ config }: Step, images: ArrayLike<number>, count: number): Tensor {
  const [, ...shape] = config.batch_input_shape as [null, ...number[]];
  const tensor = copy({ shape: [count, ...shape], data: images });
  if (tensor.data.length !== count * shape.reduce((a, b) => a * b)) {
    throw new Error(`Expected ${count} images with ${axis(tensor, 0)} channels, got ${tensor.data.length} numbers.`);
  }
  return tensor;
}

function required<T>(map: ReadonlyMap<string, T>, key: string): T {
  const found = map.get(key);
  if (found === undefined) throw new Error(`The reference network needs ${key}.`);
  return found;
}
