/** The one measurement behind validation and evaluation: every image once, as it is, and the scores of what the model says. */
import { setImmediate } from 'node:timers/promises';
import type { Dataset } from '../data/dataset.js';
import type { CompiledModel, Images } from '../engine/engine.js';
import { wilsonInterval } from './interval.js';
import { argmax, classificationMetrics, confusionMatrix, crossEntropy, type ClassificationMetrics } from './metrics.js';

export interface ScoreOptions {
  /** Images per call of the engine: 1 up to the batch size that the model was compiled for. */
  readonly batchSize: number;
  /** Grey levels [count, height, width] of the dataset's size as network input [count, height, width, channels] of the model's. */
  readonly toInput: (pixels: Uint8Array) => Images;
  /**
   * For each class of the scores the index of the model's output: those of the dataset come first, in its order, and more may follow.
   * Absent = the outputs are the dataset's classes.
   */
  readonly outputs?: readonly number[];
  /** Called after every batch with the images done so far. */
  readonly onProgress?: ((done: number, count: number) => void) | undefined;
}

/** How well a model did on a dataset. */
export interface DatasetScores {
  readonly metrics: ClassificationMetrics;
  /** By true class (row) and predicted class (column): [classes][classes]. */
  readonly confusionMatrix: number[][];
  /** 95 % interval of the accuracy, [low, high] (Wilson 1927). */
  readonly interval: readonly [number, number];
  /** Mean cross-entropy alone; NaN when a probability is no number. */
  readonly loss: number;
}

/** Predicts every image of `dataset`, which has at least one, and scores the answers against its labels. */
export async function scoreDataset(
  model: CompiledModel,
  dataset: Dataset,
  options: ScoreOptions,
): Promise<DatasetScores> {
  const { labels, count } = dataset;
  const { outputs = Array.from(dataset.classNames.keys()) } = options;
  const classes = outputs.length;
  const probabilities = await predictAll(model, dataset, { ...options, outputs });
  const predictions = Array.from({ length: count }, (_, image) => argmax(probabilities, image * classes, classes));
  const matrix = confusionMatrix(labels, predictions, classes);
  const correct = matrix.reduce((total, row, label) => total + row[label]!, 0);
  return {
    metrics: classificationMetrics(matrix),
    confusionMatrix: matrix,
    interval: wilsonInterval(correct, count),
    loss: crossEntropy(probabilities, labels, classes),
  };
}

/** Class probabilities [count, classes] of every image, in the order of `outputs`. */
async function predictAll(
  model: CompiledModel,
  dataset: Dataset,
  options: ScoreOptions & { readonly outputs: readonly number[] },
): Promise<Float32Array> {
  const { pixels, count, height, width } = dataset;
  const { batchSize, toInput, outputs, onProgress } = options;
  const area = height * width;
  const classes = outputs.length;
  const probabilities = new Float32Array(count * classes);
  for (let start = 0; start < count; start += batchSize) {
    const end = Math.min(start + batchSize, count);
    const batch = await model.predict(toInput(pixels.subarray(start * area, end * area)), end - start);
    for (let image = 0; image < end - start; image++) {
      outputs.forEach((output, index) => {
        probabilities[(start + image) * classes + index] = batch[image * classes + output]!;
      });
    }
    onProgress?.(end, count);
    await setImmediate(); // lets Ctrl-C in: an engine may hold the thread while it works
  }
  return probabilities;
}
