/** The seam between training and the executors of models: every engine compiles a model to these few calls. */
import type { LayersConfig, NamedWeights } from '../model/modelFile.js';
import type { Scaling } from '../scaling.js';
import type { Inspection } from './inspection.js';

/** Adam (Kingma and Ba 2015), Keras' defaults: 0.9, 0.999, 1e-7. */
export interface AdamOptions {
  readonly kind?: 'adam';
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019). */
export interface AdamWOptions extends Omit<AdamOptions, 'kind'> {
  readonly kind: 'adamw';
  /** Share of every trainable weight that decays in an update, times the learning rate; 0.004. */
  readonly weightDecay?: number;
}

/** Stochastic gradient descent as in Keras. */
export interface SgdOptions {
  readonly kind: 'sgd';
  /** 0 (plain descent) to below 1; 0. */
  readonly momentum?: number;
  /** Looks ahead along the velocity; wants a momentum. */
  readonly nesterov?: boolean;
}

export type OptimizerOptions = AdamOptions | AdamWOptions | SgdOptions;

export interface CompileOptions {
  /** Largest number of images in one call. */
  readonly batchSize: number;
  /** Threads to use; each engine has its own default. The result does not depend on it for `wasm`. */
  readonly threads?: number;
  /** Seed of dropout masks. */
  readonly seed: number;
  /**
   * The images of `trainStep` and `predict` are grey levels 0..255 as bytes, which the engine itself scales so; only for engines with
   * `takesBytes`. Absent = they are scaled floats. The other kind than the one compiled for is an error.
   */
  readonly scaling?: Scaling;
  /** Leave out what only training needs: gradients and optimizer state. */
  readonly inferenceOnly?: boolean;
  /** Round a multiplication and addition once where the machine can: faster, but the bits depend on the machine. */
  readonly fast?: boolean;
  /** Use wider vectors where the host can be asked for them, with the same results to the bit. */
  readonly wide?: boolean;
  /** Let `inspection` measure what each layer takes; with 1 thread only. */
  readonly profile?: boolean;
  /** Adam when absent. */
  readonly optimizer?: OptimizerOptions;
  /** Largest Euclidean norm of all gradients together, above 0; absent = they are never scaled down. */
  readonly clipNorm?: number;
  /** Share of the target spread evenly over all classes, 0 to below 1; 0. */
  readonly labelSmoothing?: number;
  /** Decay of the moving average of the weights, 0 to below 1; absent = no average is kept. */
  readonly averageDecay?: number;
  /** By weight, what its learning rate is multiplied by, 0 or more; 1 for the others. */
  readonly learningRateFactors?: ReadonlyMap<string, number>;
}

/** Images [count, height, width, channels], row-major: scaled pixels or, for a model compiled with `scaling`, grey levels as bytes. */
export type Images = Float32Array | Uint8Array;

export interface TrainingBatch {
  readonly images: Images;
  /** Class index per image: [count]. */
  readonly labels: Uint8Array;
  /** Target probabilities [count, classes] for the loss, in place of the labels' one class each; `correct` still counts labels. */
  readonly targets?: Float32Array;
  /** Images in this batch, at most batchSize. */
  readonly count: number;
  /** Factor of each image's loss: [count]; absent = 1. Class weights arrive here. The loss is the sum of weight * loss / count, as in Keras. */
  readonly sampleWeights?: Float32Array;
  readonly learningRate: number;
}

export interface StepResult {
  /** Mean (weighted) cross-entropy of the batch plus the L2 penalty, before the update. */
  readonly loss: number;
  /** Images whose most probable class was their label, before the update. */
  readonly correct: number;
}

/** What the optimizer remembers, each part keyed as the trainable weights are. */
export interface OptimizerState {
  /** Updates made so far. */
  readonly step: number;
  /** Of the weights that began to train later than the others: the updates made before. */
  readonly startedAt?: ReadonlyMap<string, number>;
  /** Adam and AdamW: `firstMoments`, `secondMoments`; SGD with momentum: `velocities`; with `averageDecay`: `averages`. */
  readonly slots: Readonly<Record<string, NamedWeights>>;
}

/**
 * A model ready to run. One call at a time, but for `trainStep`, which may be called again before the step before has been answered: steps are
 * made in the order of their calls, so that a device has the next one when it is done with the last.
 */
export interface CompiledModel {
  /** Absent from engines that cannot look inside themselves; training and evaluation do without. */
  readonly inspection?: Inspection;
  /** Makes one update. The arrays of `batch` are read before the call returns. */
  trainStep(batch: TrainingBatch): Promise<StepResult>;
  /** Class probabilities [count, classes] of the first `count` images, at most batchSize. */
  predict(images: Images, count: number): Promise<Float32Array>;
  /** The L2 penalty of the current weights: what validation adds to its mean cross-entropy, as Keras does. */
  regularizationLoss(): Promise<number>;
  /** Copies; later steps do not change them. */
  readWeights(): Promise<NamedWeights>;
  /** Replaces all weights; a moving average begins anew from them. */
  writeWeights(weights: NamedWeights): Promise<void>;
  /** Copies of the weights, the trainable ones as their moving average has them; throws without `averageDecay`. */
  readAverages(): Promise<NamedWeights>;
  readOptimizer(): Promise<OptimizerState>;
  writeOptimizer(state: OptimizerState): Promise<void>;
  /** Goes on from the state of the same model when it trained other layers: what it knows is kept, other weights begin now. */
  carryOptimizer(state: OptimizerState): Promise<void>;
  /** Ends its threads and frees its memory. */
  close(): Promise<void>;
}

export interface Engine {
  readonly name: string;
  /**
   * True for an engine that scales grey levels on its device, where a quarter of the bytes have to go: whoever has bytes compiles with
   * `scaling`. Augmented pixels are rounded to whole levels for it, so its batches differ from those of others by half a level at most.
   */
  readonly takesBytes?: boolean;
  /** Throws FerError MODEL_UNSUPPORTED naming the layer when the model cannot run here. */
  compile(config: LayersConfig, weights: NamedWeights, options: CompileOptions): Promise<CompiledModel>;
}
