/** The seam between training and the executors of models: every engine compiles a model to these few calls. */
import type { LayersConfig, NamedWeights } from '../model/modelFile.js';

/** Adam (Kingma and Ba 2015), Keras' defaults. */
export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

export interface CompileOptions {
  /** Largest number of images in one call. */
  readonly batchSize: number;
  /** Threads to use; each engine has its own default. The result does not depend on it for `wasm`. */
  readonly threads?: number;
  /** Seed of dropout masks. */
  readonly seed: number;
  /** Leave out what only training needs: gradients and optimizer state. */
  readonly inferenceOnly?: boolean;
  readonly optimizer?: AdamOptions;
}

export interface TrainingBatch {
  /** Scaled pixels [count, height, width, channels], row-major. */
  readonly images: Float32Array;
  /** Class index per image: [count]. */
  readonly labels: Uint8Array;
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

/** Adam's state, keyed as the trainable weights are. */
export interface OptimizerState {
  /** Updates made so far. */
  readonly step: number;
  readonly firstMoments: NamedWeights;
  readonly secondMoments: NamedWeights;
}

/** A model ready to run. Not re-entrant: one call at a time. */
export interface CompiledModel {
  trainStep(batch: TrainingBatch): Promise<StepResult>;
  /** Class probabilities [count, classes] of scaled pixels [count, height, width, channels]; count at most batchSize. */
  predict(images: Float32Array, count: number): Promise<Float32Array>;
  /** The L2 penalty of the current weights: what validation adds to its mean cross-entropy, as Keras does. */
  regularizationLoss(): number;
  /** Copies; later steps do not change them. */
  readWeights(): NamedWeights;
  writeWeights(weights: NamedWeights): void;
  readOptimizer(): OptimizerState;
  writeOptimizer(state: OptimizerState): void;
  /** Ends its threads and frees its memory. */
  close(): Promise<void>;
}

export interface Engine {
  readonly name: string;
  /** Throws FerError MODEL_UNSUPPORTED naming the layer when the model cannot run here. */
  compile(config: LayersConfig, weights: NamedWeights, options: CompileOptions): Promise<CompiledModel>;
}
