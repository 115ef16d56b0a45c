/** Runs a model over one split, each image once and as it is, and says how well it did. */
import type { Dataset } from '../data/dataset.js';
import type { CompiledModel } from '../engine/engine.js';
import { FerError } from '../errors.js';
import type { ModelCard } from '../model/modelFile.js';
import { pairClasses } from './classPairing.js';
import type { DataReading, EvaluationReport } from './evaluationReport.js';
import { modelHash } from '../model/modelHash.js';
import { modelInput } from './modelInput.js';
import { requireFinite } from './probabilities.js';
import { scoreDataset } from './scores.js';

export interface EvaluationOptions {
  readonly compiled: CompiledModel;
  readonly card: ModelCard;
  /** The images of the one split to evaluate, and nothing else. */
  readonly dataset: Dataset;
  /** What became of its file on reading, for the report; absent where nobody knows. */
  readonly reading?: DataReading;
  /** Name of that split, for the report. */
  readonly split: string;
  /** Images per call of the engine: 1 up to the batch size that the model was compiled for. */
  readonly batchSize: number;
  /** Called after every batch with the images done so far. */
  readonly onProgress?: (done: number, count: number) => void;
}

/**
 * Predicts every image of `dataset` and reports, classes paired by name as `pairClasses` does. Throws DATA_INVALID when there are no
 * images or when they have a class that the model lacks; MODEL_INVALID when the model gives probabilities that are not numbers.
 */
export async function evaluate(options: EvaluationOptions): Promise<EvaluationReport> {
  const { compiled, card, dataset, reading, split, batchSize, onProgress } = options;
  if (dataset.count === 0) throw new FerError('DATA_INVALID', `Expected images to evaluate; ${split} has none.`);
  const { classNames, outputs, modelOnly } = pairClasses(card.classNames, dataset.classNames, card.name);
  const { height, width } = dataset;
  const toInput = (pixels: Uint8Array): Float32Array => modelInput(pixels, { height, width }, card);
  const scores = await scoreDataset(compiled, dataset, { batchSize, toInput, outputs, onProgress });
  const { metrics, interval, loss } = scores;
  requireFinite([loss], card);
  return {
    model: { name: card.name, hash: modelHash(await compiled.readWeights()) },
    data: { hash: dataset.hash, ...reading },
    split,
    count: dataset.count,
    testTimeAugmentation: false,
    accuracy: metrics.accuracy,
    interval,
    loss,
    macro: metrics.macro,
    weighted: metrics.weighted,
    classNames,
    ...(modelOnly > 0 && { classesNotInData: classNames.slice(-modelOnly) }),
    perClass: metrics.perClass.map((own, index) => ({ className: classNames[index]!, ...own })),
    zeroDivision: metrics.zeroDivision,
    confusionMatrix: scores.confusionMatrix,
  };
}
