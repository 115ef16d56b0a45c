/** What every reader of model files gives: a checked network with its weights, and the card only if the file has one. */
import type { LayersConfig, NamedWeights } from '../modelFile.js';

/** File formats that are read. */
export const storedFormats = ['layers', 'keras-h5', 'keras'] as const;
export type StoredFormat = (typeof storedFormats)[number];

/** A model as its file holds it: nothing is assumed yet. */
export interface StoredModel {
  /** In the form of Keras 2, whatever version wrote the file; every layer can run. */
  readonly config: LayersConfig;
  /** Exactly those that the config has, finite. */
  readonly weights: NamedWeights;
  /** The model card as JSON, unchecked; undefined when the file has none. */
  readonly card: unknown;
  readonly format: StoredFormat;
  /** Who wrote the file, for messages: `Keras 2.0.5`, `fer 0.1.0`, `TensorFlow.js`. */
  readonly writer: string;
  /** What the file says of its network and `config` does not, such as layers that were frozen: texts for a person. */
  readonly remarks: readonly string[];
}
