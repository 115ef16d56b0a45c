/** When a loss is no number any more. */
import { FerError } from '../errors.js';

export interface DivergencePoint {
  /** What was found: `the loss became NaN`. */
  readonly found: string;
  /** From 1. */
  readonly epoch: number;
  /** Batches done in that epoch, the bad one included. */
  readonly batch: number;
  readonly batches: number;
  readonly learningRate: number;
  /** Epoch of the best weights; 0 when there are none. */
  readonly bestEpoch: number;
}

/** The error that ends a diverged run: where it was and what helps. */
export function divergence(point: DivergencePoint): FerError {
  const { found, epoch, batch, batches, learningRate, bestEpoch } = point;
  const lower = Number((learningRate / 10).toPrecision(2));
  const kept =
    bestEpoch > 0 ? `The weights of epoch ${bestEpoch} are kept.` : 'No epoch had finished, so there is no model.';
  return new FerError(
    'TRAINING_DIVERGED',
    `Training diverged: ${found} at epoch ${epoch}, batch ${batch} of ${batches}, learning rate ${learningRate}. ` +
      `Start again with a lower learning rate, such as ${lower}, or a longer warm-up. ${kept}`,
  );
}
