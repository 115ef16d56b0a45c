/** What goes in and out of the compiler: a layers config, named weights, batches. No file that needs types of a host stands behind it. */

/**
 * A layer of a Keras 2 / TensorFlow.js functional config. `trainable: false` in its `config` keeps its weights as they are, and lets a
 * BatchNormalization take its moving statistics in training too.
 */
export interface LayerConfig {
  class_name: string;
  name: string;
  config: Record<string, unknown>;
  /** One node: [[producer name, node index, tensor index, {}], ...]; empty for an InputLayer. */
  inbound_nodes: [string, number, number, Record<string, unknown>][][];
}

/** A functional model, as in `model_config` of model.json and of Keras' HDF5 files. */
export interface LayersConfig {
  class_name: string;
  config: {
    name: string;
    layers: LayerConfig[];
    input_layers: [string, number, number][];
    output_layers: [string, number, number][];
  };
}

/** A tensor in Keras' axis order, row-major. */
export interface NamedWeight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Keyed `layer/weight`: `conv2d_1/kernel`, `batch_normalization_1/moving_mean`. */
export type NamedWeights = Map<string, NamedWeight>;

/**
 * Adam (Kingma and Ba 2015) in the form of its section 2, which Keras uses too:
 * `p -= rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)`.
 */
export interface AdamOptions {
  readonly kind?: 'adam';
  /** Decay of the first moment, 0 to below 1; 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment, 0 to below 1; 0.999. */
  readonly beta2?: number;
  /** Above 0 in single precision; 1e-7, as in Keras. */
  readonly epsilon?: number;
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019): `p -= rate * weightDecay * p` before Adam's own update. */
export interface AdamWOptions extends Omit<AdamOptions, 'kind'> {
  readonly kind: 'adamw';
  /** At least 0; 0.004, as in Keras. Of all trainable weights, biases and gammas too. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent as in Keras: `v = momentum * v - rate * g`, `p += v`; with Nesterov's look-ahead
 * `p += momentum * v - rate * g` (Sutskever et al. 2013).
 */
export interface SgdOptions {
  readonly kind: 'sgd';
  /** 0 to below 1; 0 = plain descent, which keeps no velocities. */
  readonly momentum?: number;
  /** Wants a momentum above 0; false. */
  readonly nesterov?: boolean;
}

/** One of the optimizers, by `kind`; a setting of another one is an error. */
export type OptimizerOptions = AdamOptions | AdamWOptions | SgdOptions;

export interface CompileOptions {
  /** Largest number of samples in one call. */
  readonly batchSize: number;
  /**
   * 1 or more; the calling thread is one of them. Results do not depend on it. Default: the processors at hand, or 1 where
   * threads cannot share memory, as in a page that is not cross-origin isolated, where more is THREADS_UNAVAILABLE, and with
   * `profile`, where it is ARGUMENT_INVALID.
   */
  readonly threads?: number;
  /** Use vector instructions. Default: where the host has them. The results are the same to the bit without, and slower. */
  readonly simd?: boolean;
  /** Seed of the dropout masks, a whole number from 0 to 2^32 - 1; 0. */
  readonly seed?: number;
  /** Leave out gradients and optimizer state; `trainStep` then throws. */
  readonly inferenceOnly?: boolean;
  /** Adam when absent. */
  readonly optimizer?: OptimizerOptions;
  /**
   * Largest Euclidean norm of all gradients together, L2 penalties included, above 0: when it is exceeded, all are multiplied
   * by `clipNorm / norm` before the update, as Keras' `global_clipnorm` has it. Absent = never.
   */
  readonly clipNorm?: number;
  /** Share of each target that is spread evenly over all classes (Szegedy et al. 2016), 0 to below 1; 0. */
  readonly labelSmoothing?: number;
  /**
   * Decay of the exponential moving average of the trainable weights, 0 to below 1; absent = no average is kept. The average
   * begins as the weights given to `compile` or `writeWeights`; behind every update, the first included, it becomes
   * `decay * average + (1 - decay) * weight`. `writeOptimizer` replaces it by that of the state.
   * (Keras' average begins as the weights behind the first update.)
   */
  readonly averageDecay?: number;
  /**
   * By weight, what its learning rate is multiplied by in every step, 0 or more; 1 for weights that are not named. It scales all
   * that the rate does, AdamW's decay too, so that a weight of factor 0 stays; clipping knows nothing of it. A weight that the
   * model does not have is an error, one that is not trained is passed over.
   */
  readonly learningRateFactors?: ReadonlyMap<string, number>;
  /**
   * Multiply and add with one rounding where the machine can (relaxed SIMD): faster, but the bits depend on the machine. Throws
   * SIMD_UNAVAILABLE where the host has no relaxed SIMD; not with `simd: false`.
   */
  readonly fast?: boolean;
  /**
   * Ask V8 to join neighbouring vectors to 256 bits, and emit code that it can: on x64, Node 24 and 26, and Node 22 without `fast`. This sets an experimental flag of the whole process. Elsewhere nothing changes. The results are the same to
   * the bit; false.
   */
  readonly wide?: boolean;
  /** Measure what each layer takes, for `readProfile`; with 1 thread only. */
  readonly profile?: boolean;
}

/** Arrays may be longer than `count` tells: what is behind it is passed over. */
export interface Batch {
  /** [count, height, width, channels], row-major. */
  readonly images: Float32Array;
  /** Class index per sample: [count]; beside `targets` too. */
  readonly labels: Uint8Array | Uint16Array | Int32Array;
  /**
   * Target probabilities [count, classes] in place of `labels`' one class each, as mixup and votes need: finite, at least 0,
   * not scaled to a sum of 1. A sample's crossEntropy is `sum(target * -log(probability))`; `correct` still counts labels.
   */
  readonly targets?: Float32Array;
  /** Samples in this batch, 1 to `batchSize`. */
  readonly count: number;
  /** Factor of each sample's loss, finite and at least 0: [count]; absent = 1. */
  readonly sampleWeights?: Float32Array;
  /** Of this step, finite. */
  readonly learningRate: number;
}

export interface StepResult {
  /** `sum(weight * crossEntropy) / count` plus the L2 penalties, before the update. */
  readonly loss: number;
  /** Samples whose largest output was their label's, before the update; none of those whose outputs are no numbers any more. */
  readonly correct: number;
}

/** What the optimizer remembers, each part keyed as the trainable weights. */
export interface OptimizerState {
  /** Updates made so far. */
  readonly step: number;
  /**
   * Of the weights that began to train later than the others: the updates made before. Adam corrects the bias of their moments by
   * the updates that they have had. Absent when there are none.
   */
  readonly startedAt?: ReadonlyMap<string, number>;
  /** Adam and AdamW: `firstMoments`, `secondMoments`; SGD with momentum: `velocities`; with `averageDecay`: `averages`. */
  readonly slots: Readonly<Record<string, NamedWeights>>;
}

/** What one kind of work of a layer took since the last `readProfile`. */
export interface ProfileEntry {
  /** Name of the layer; empty for work of no layer, such as the optimizer's. */
  readonly layer: string;
  readonly pass: 'forward' | 'backward';
  /** `convolution`, `moments`, `normalization again` (made a second time in a later stage of the step), ... */
  readonly kernel: string;
  /** All calls together. */
  readonly milliseconds: number;
  /** Multiplications and additions per sample; 0 where they are not what takes the time. */
  readonly flops: number;
}

/** Bytes of a network's memory by what they are for; nothing is allocated after compilation. */
export interface NetworkMemory {
  /** All of it: whole pages of 64 KiB. */
  readonly total: number;
  /** Images, labels, targets, sample weights and outputs of a batch. */
  readonly batch: number;
  /** Weights, moving statistics and the copies that kernels read. */
  readonly weights: number;
  /** Gradients and what the optimizer keeps. */
  readonly optimizer: number;
  /** Gradients and sums of each chunk of samples, which are added in order. */
  readonly partialSums: number;
  /** Values of the whole batch that wait for a later stage of the training step. */
  readonly tensors: number;
  /** What a thread works on, of all threads together. */
  readonly scratch: number;
}

/** Which code a network was compiled to, and what it takes. */
export interface NetworkBuild {
  readonly threads: number;
  /** With 128-bit vectors; false = four numbers in the place of each. */
  readonly simd: boolean;
  /** With relaxed SIMD: one rounding for a multiplication and an addition. */
  readonly fast: boolean;
  /** V8 was asked to join vectors to 256 bits: false where `wide` was not, or could not be, granted. */
  readonly wide: boolean;
  /** Bytes of the WebAssembly module. */
  readonly codeBytes: number;
  readonly memory: NetworkMemory;
}

/**
 * A model that runs: one call at a time. Every method but `close` throws CLOSED behind a `close()` and THREAD_FAILED when a thread has
 * died; those of training throw ARGUMENT_INVALID with `inferenceOnly`.
 */
export interface Network {
  readonly build: NetworkBuild;
  /** One update. Throws ARGUMENT_INVALID, and changes no weight, for a batch that does not fit. */
  trainStep(batch: Batch): StepResult;
  /**
   * Outputs [count, classes] for images [count, height, width, channels]: probabilities behind a softmax. Throws ARGUMENT_INVALID unless
   * `count` is from 1 to `batchSize` and the images are there.
   */
  predict(images: Float32Array, count: number): Float32Array;
  /** Sum of the L2 penalties of the current weights. */
  regularizationLoss(): number;
  /** What the calls since the last time took, by layer; empty without `profile`. */
  readProfile(): readonly ProfileEntry[];
  /** Copies. */
  readWeights(): NamedWeights;
  /**
   * Replaces all weights, and begins the moving average anew from them; the optimizer's other slots stay as they are. Throws
   * WEIGHTS_INVALID, and changes nothing, when one is missing or has another shape.
   */
  writeWeights(weights: NamedWeights): void;
  /** Copies: the moving average of the trainable weights, and the other weights as they are. Throws without `averageDecay`. */
  readAverages(): NamedWeights;
  /** A copy. */
  readOptimizer(): OptimizerState;
  /**
   * Goes on from a state of the same model and optimizer. To resume, write the weights first: writing them resets the average.
   * Throws WEIGHTS_INVALID, and changes nothing, when a slot is missing, unknown or of other weights.
   */
  writeOptimizer(state: OptimizerState): void;
  /**
   * Goes on from a state of the same model and optimizer that trained other layers: weights that it has keep what it remembers of
   * them, the others start now, with slots of zeros and averages of the weights as they are. Throws WEIGHTS_INVALID, and changes
   * nothing, when a slot is missing or unknown or a tensor has another shape.
   */
  carryOptimizer(state: OptimizerState): void;
  /** Gradients of the last training step, L2 included, not clipped, keyed as the trainable weights. */
  readGradients(): NamedWeights;
  /** Ends the threads; a second call does nothing. */
  close(): Promise<void>;
}

/** What this process, page or worker can do for a network. */
export interface HostFeatures {
  /** Threads that run at the same time, what `compile` takes unless told; 1 where there can be one only. */
  readonly threads: number;
  /** Why there can be one thread only, and what to do about it; absent where there can be more. */
  readonly whyAlone?: string;
  /** This thread may share memory and sleep until another one wakes it. */
  readonly sharedMemory: boolean;
  /** 128-bit vectors: what `simd` is unless told. */
  readonly simd: boolean;
  /** One rounding for a multiplication and an addition: `fast` can be had. */
  readonly relaxedSimd: boolean;
  /**
   * Vectors joined to 256 bits: `wide` has an effect without `fast`, and with it. `processor`: the processor has such vectors, so that
   * `wide` has an effect in a host that joins them; false where the host does not tell.
   */
  readonly wideSimd: { readonly strict: boolean; readonly fast: boolean; readonly processor: boolean };
}
