/** Measures a model on the split that selects. Images go in as they are: not augmented, not balanced. */
import type { Dataset } from '../data/dataset.js';
import { scalePixelsInto } from '../data/scaling.js';
import type { CompiledModel, Images } from '../engine/engine.js';
import { scoreDataset } from '../eval/scores.js';
import type { CardMetric } from '../model/modelFile.js';
import type { Scaling } from '../scaling.js';

export interface ValidateOptions {
  /** Images in a call, at most the one the model was compiled for. */
  readonly batchSize: number;
  /** Of the model's inputs; undefined = the model takes bytes. */
  readonly scaling: Scaling | undefined;
  /** What the rows are called in the metric. */
  readonly split: string;
}

/** Metrics of `model` on every row of `dataset`, whose images have the model's size; the loss is the mean cross-entropy alone. */
export async function validate(model: CompiledModel, dataset: Dataset, options: ValidateOptions): Promise<CardMetric> {
  const { batchSize, scaling, split } = options;
  const toInput = scaling === undefined ? asTheyAre : scaler(batchSize * dataset.height * dataset.width, scaling);
  const { metrics, interval, loss } = await scoreDataset(model, dataset, { batchSize, toInput });
  return { split, count: dataset.count, accuracy: metrics.accuracy, interval, macroF1: metrics.macro.f1, loss };
}

const asTheyAre = (pixels: Uint8Array): Images => pixels;

/** Scales into the same room again and again: the engine copies what it is given. */
function scaler(largest: number, scaling: Scaling): (pixels: Uint8Array) => Images {
  const room = new Float32Array(largest);
  return (pixels) => scalePixelsInto(pixels, room, scaling).subarray(0, pixels.length);
}
