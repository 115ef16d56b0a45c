/** A model is data: a Keras-style layers config, named weights and a card. No engine is needed to read or write one. */
import type { Scaling } from '../scaling.js';

/** A layer as Keras 2 and TensorFlow.js write it in a functional config. */
export interface LayerConfig {
  class_name: string;
  name: string;
  config: Record<string, unknown>;
  /** One node: [[producer name, node index, tensor index, {}], ...]; empty for an InputLayer. */
  inbound_nodes: [string, number, number, Record<string, unknown>][][];
}

/** A functional model: the `model_config` of model.json and of Keras' HDF5 files. */
export interface LayersConfig {
  class_name: 'Model' | 'Functional';
  config: {
    name: string;
    layers: LayerConfig[];
    input_layers: [string, number, number][];
    output_layers: [string, number, number][];
  };
}

/** One weight tensor in Keras' axis order, row-major float32. */
export interface NamedWeight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Weights keyed `layer/weight` (`conv2d_1/kernel`, `batch_normalization_1/moving_mean`), in layer order. */
export type NamedWeights = Map<string, NamedWeight>;

/** A metric that says where it comes from. */
export interface CardMetric {
  readonly split: string;
  readonly count: number;
  readonly accuracy: number;
  /** 95 % interval of the accuracy (Wilson 1927). */
  readonly interval: readonly [number, number];
  readonly macroF1: number;
  readonly loss: number;
}

/** What inference needs and what a reader wants to know: a checkpoint predicts with no flag but its path. */
export interface ModelCard {
  readonly name: string;
  /** In the order of the network's outputs. */
  readonly classNames: readonly string[];
  /** [height, width, channels]. */
  readonly inputShape: readonly [number, number, number];
  /** How grey levels 0-255 become the network's inputs. */
  readonly scaling: Scaling;
  /** How an image of another size is brought to the input size. */
  readonly resizeFilter: 'bilinear-half-pixel';
  readonly dataHash: string;
  readonly seed: number;
  readonly metrics: readonly CardMetric[];
  readonly licence: string;
  /** Version of the toolkit that wrote it. */
  readonly version: string;
  /** Free text: data, settings, limits. */
  readonly description?: string;
  /** Fields that nobody told and no file said: a guess, which a user may correct. Absent when there are none. */
  readonly guessed?: readonly string[];
}

export interface ModelFile {
  readonly config: LayersConfig;
  readonly weights: NamedWeights;
  readonly card: ModelCard;
}

/** The Keras version whose config fields and HDF5 layout are written. */
export const kerasVersion = '2.0.5';
