/** Runs a model over one split, each image once and as it is, and says how well it did. */
import type { Dataset } from '../data/dataset.js';
import type { CompiledModel } from '../engine/engine.js';
import { FerError } from '../errors.js';
import type { ModelCard } from '../model/modelFile.js';
import type { EvaluationReport } from './evaluationReport.js';
import { modelHash } from '../model/modelHash.js';
import { modelInput } from './modelInput.js';
import { scoreDataset } from './scores.js';

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
  const { compiled, card, dataset, split, batchSize, onProgress } = options;
  if (dataset.count === 0) throw new FerError('DATA_INVALID', `Expected images to evaluate; ${split} has none.`);
  requireSameClasses(card, dataset);
  const { height, width } = dataset;
  const toInput = (pixels: Uint8Array): Float32Array => modelInput(pixels, { height, width }, card);
  const scores = await scoreDataset(compiled, dataset, { batchSize, toInput, onProgress });
  const { metrics, interval, loss } = scores;
  if (!Number.isFinite(loss)) {
    throw new FerError(
      'MODEL_INVALID',
      `Expected probabilities from ${card.name}, got values that are not numbers. Its weights are damaged or its training diverged.`,
    );
  }
  return {
    model: { name: card.name, hash: modelHash(compiled.readWeights()) },
    data: { hash: dataset.hash },
    split,
    count: dataset.count,
    testTimeAugmentation: false,
    accuracy: metrics.accuracy,
    interval,
    loss,
    macro: metrics.macro,
    weighted: metrics.weighted,
    classNames: [...card.classNames],
    perClass: metrics.perClass.map((own, index) => ({ className: card.classNames[index]!, ...own })),
    zeroDivision: metrics.zeroDivision,
    confusionMatrix: scores.confusionMatrix,
  };
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
