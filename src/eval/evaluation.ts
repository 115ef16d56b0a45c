/** Runs a model over one split, each image once and as it is, and says how well it did. */
import { setImmediate } from 'node:timers/promises';
import type { Dataset } from '../data/dataset.js';
import type { CompiledModel } from '../engine/engine.js';
import { FerError } from '../errors.js';
import type { ModelCard } from '../model/modelFile.js';
import type { EvaluationReport } from './evaluationReport.js';
import { wilsonInterval } from './interval.js';
import { argmax, classificationMetrics, confusionMatrix, crossEntropy } from './metrics.js';
import { modelHash } from './modelHash.js';
import { modelInput } from './modelInput.js';

export interface EvaluationOptions {
  readonly compiled: CompiledModel;
  readonly card: ModelCard;
  /** The images of the one split to evaluate, and nothing else. */
  readonly dataset: Dataset;
  /** Name of that split, for the report. */
  readonly split: string;
  /** Images per call of the engine: 1 up to the batch size that the model was compiled for. */
  readonly batchSize: number;
  /** Called after every batch with the images done so far. */
  readonly onProgress?: (done: number, count: number) => void;
}

/**
 * Predicts every image of `dataset` and reports. Throws DATA_INVALID when there are no images or when their class names are not
 * those of the model, in the same order; MODEL_INVALID when the model gives probabilities that are not numbers.
 */
export async function evaluate(options: EvaluationOptions): Promise<EvaluationReport> {
  const { compiled, card, dataset, split } = options;
  const classes = card.classNames.length;
  if (dataset.count === 0) throw new FerError('DATA_INVALID', `Expected images to evaluate; ${split} has none.`);
  requireSameClasses(card, dataset);
  const probabilities = await predictAll(options);
  const predictions = Array.from({ length: dataset.count }, (_, image) =>
    argmax(probabilities, image * classes, classes),
  );
  const loss = crossEntropy(probabilities, dataset.labels, classes);
  if (!Number.isFinite(loss)) {
    throw new FerError(
      'MODEL_INVALID',
      `Expected probabilities from ${card.name}, got values that are not numbers. Its weights are damaged or its training diverged.`,
    );
  }
  const matrix = confusionMatrix(dataset.labels, predictions, classes);
  const metrics = classificationMetrics(matrix);
  const correct = matrix.reduce((total, row, index) => total + row[index]!, 0);
  return {
    model: { name: card.name, hash: modelHash(compiled.readWeights()) },
    data: { hash: dataset.hash },
    split,
    count: dataset.count,
    testTimeAugmentation: false,
    accuracy: metrics.accuracy,
    interval: wilsonInterval(correct, dataset.count),
    loss,
    macro: metrics.macro,
    weighted: metrics.weighted,
    classNames: [...card.classNames],
    perClass: metrics.perClass.map((scores, index) => ({ className: card.classNames[index]!, ...scores })),
    zeroDivision: metrics.zeroDivision,
    confusionMatrix: matrix,
  };
}

/** Class probabilities [count, classes] of every image. */
async function predictAll({
  compiled,
  card,
  dataset,
  batchSize,
  onProgress,
}: EvaluationOptions): Promise<Float32Array> {
  const { pixels, count, height, width } = dataset;
  const area = height * width;
  const classes = card.classNames.length;
  const probabilities = new Float32Array(count * classes);
  for (let start = 0; start < count; start += batchSize) {
    const end = Math.min(start + batchSize, count);
    const images = modelInput(pixels.subarray(start * area, end * area), { height, width }, card);
    const batch = await compiled.predict(images, end - start);
    probabilities.set(batch.subarray(0, (end - start) * classes), start * classes);
    onProgress?.(end, count);
    await setImmediate(); // Lets Ctrl-C in: an engine may hold the thread while it works.
  }
  return probabilities;
}

function requireSameClasses(card: ModelCard, dataset: Dataset): void {
  const expected = card.classNames.join(', ');
  const found = dataset.classNames.join(', ');
  if (expected === found) return;
  throw new FerError(
    'DATA_INVALID',
    `Expected the classes of ${card.name} in its order (${expected}); the data has ${found}. Choose the model that was trained on these classes.`,
  );
}
