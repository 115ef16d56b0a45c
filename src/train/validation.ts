/** Measures a model on the split that selects. Images go in as they are: not augmented, not balanced. */
import { setImmediate } from 'node:timers/promises';
import type { Dataset } from '../data/dataset.js';
import { scalePixelsInto } from '../data/scaling.js';
import type { CompiledModel } from '../engine/engine.js';
import { wilsonInterval } from '../eval/interval.js';
import { argmax, classificationMetrics, confusionMatrix, crossEntropy } from '../eval/metrics.js';
import type { CardMetric } from '../model/modelFile.js';

export interface ValidateOptions {
  /** Images in a call, at most the one the model was compiled for. */
  readonly batchSize: number;
  /** What the rows are called in the metric. */
  readonly split: string;
}

/** Metrics of `model` on every row of `dataset`; the loss is the mean cross-entropy alone. */
export async function validate(model: CompiledModel, dataset: Dataset, options: ValidateOptions): Promise<CardMetric> {
  const { batchSize, split } = options;
  const { pixels, labels, count, height, width } = dataset;
  const classes = dataset.classNames.length;
  const area = height * width;
  const images = new Float32Array(batchSize * area); // [batchSize, height, width, 1]
  const probabilities = new Float32Array(count * classes); // [count, classes]
  for (let first = 0; first < count; first += batchSize) {
    const size = Math.min(batchSize, count - first);
    const batch = images.subarray(0, size * area);
    scalePixelsInto(pixels.subarray(first * area, (first + size) * area), batch);
    probabilities.set(await model.predict(batch, size), first * classes);
    await setImmediate(); // lets signals in: the engine holds the thread while it works
  }

  const predictions = Array.from({ length: count }, (_, image) => argmax(probabilities, image * classes, classes));
  const matrix = confusionMatrix(labels, predictions, classes);
  const { accuracy, macro } = classificationMetrics(matrix);
  const correct = matrix.reduce((total, row, label) => total + row[label]!, 0);
  return {
    split,
    count,
    accuracy,
    interval: wilsonInterval(correct, count),
    macroF1: macro.f1,
    loss: crossEntropy(probabilities, labels, classes),
  };
}
