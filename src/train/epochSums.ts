/** Running sums over the batches of one epoch, and the means that people see. */
import type { StepResult } from '../engine/engine.js';

/** Sums over the batches done so far; plain JSON. */
export interface EpochSums {
  /** Sum of batch loss * batch count. */
  readonly loss: number;
  /** Images classified correctly. */
  readonly correct: number;
  /** Images seen. */
  readonly count: number;
  /** Time spent on these batches. */
  readonly elapsedMs: number;
  /** Of the last step; 0 before the first. */
  readonly learningRate: number;
}

export const noSums: EpochSums = { loss: 0, correct: 0, count: 0, elapsedMs: 0, learningRate: 0 };

/** One training step as it was measured. */
export interface MeasuredStep extends StepResult {
  /** Images in the batch. */
  readonly count: number;
  readonly elapsedMs: number;
  readonly learningRate: number;
}

/** The sums after one more step. */
export function addStep(sums: EpochSums, step: MeasuredStep): EpochSums {
  return {
    loss: sums.loss + step.loss * step.count,
    correct: sums.correct + step.correct,
    count: sums.count + step.count,
    elapsedMs: sums.elapsedMs + step.elapsedMs,
    learningRate: step.learningRate,
  };
}

/** Loss and accuracy per image, each batch weighted by its images, as Keras reports them. */
export function meansOf(sums: EpochSums): { loss: number; accuracy: number } {
  return { loss: sums.loss / sums.count, accuracy: sums.correct / sums.count };
}
