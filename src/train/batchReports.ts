/** Batch events, few enough that a terminal or a log can follow them. */
import { meansOf } from './epochSums.js';
import type { TrainingListener } from './events.js';
import type { TrainingPosition } from './trainingPosition.js';

/** At most ten events a second. */
const intervalMs = 100;

/** Hands batch events to a listener: the first, the last of an epoch, and between them ten a second. */
export class BatchReports {
  private lastMs = -Infinity;

  constructor(
    private readonly listener: TrainingListener,
    private readonly batches: number,
  ) {}

  /** Reports where the run stands after a step. */
  report({ epoch, batch, sums }: TrainingPosition): void {
    const nowMs = performance.now();
    if (batch < this.batches && nowMs - this.lastMs < intervalMs) return;
    this.lastMs = nowMs;
    this.listener({
      type: 'batch',
      epoch,
      batch,
      batches: this.batches,
      ...meansOf(sums),
      imagesPerSecond: (1000 * sums.count) / sums.elapsedMs,
      remainingMs: ((this.batches - batch) * sums.elapsedMs) / batch,
    });
  }
}
