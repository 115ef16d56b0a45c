/** When to stop: the lowest validation loss so far, and how long ago it was. */

export interface EarlyStoppingOptions {
  /** Epochs without improvement before the run stops; 0 = never. */
  readonly patience: number;
  /** How far below the best so far a loss must lie to restart the patience; 0 or more. */
  readonly minimumDelta: number;
}

/** All that EarlyStopping remembers; plain JSON. */
export interface EarlyStoppingState {
  /** The lowest loss so far, whose weights are kept; null before the first epoch. */
  readonly best: number | null;
  /** Epoch of `best`, from 1; 0 before the first. */
  readonly bestEpoch: number;
  /** The loss that last restarted the patience; it differs from `best` only by improvements below `minimumDelta`. */
  readonly reference: number | null;
  /** Epochs since the patience was last restarted. */
  readonly wait: number;
}

/** What one epoch's loss means for the run. */
export interface EarlyStoppingVerdict {
  /** This is the lowest loss so far: keep these weights. */
  readonly best: boolean;
  /** The patience is used up. */
  readonly stop: boolean;
}

/**
 * Stops when the patience is used up, as Keras' EarlyStopping does (mode min). Unlike there, the lowest loss is the best
 * one even when it is lower by less than `minimumDelta`.
 */
export class EarlyStopping {
  private current: EarlyStoppingState;

  /** `state` goes on where another EarlyStopping of the same options was. */
  constructor(
    private readonly options: EarlyStoppingOptions,
    state?: EarlyStoppingState,
  ) {
    this.current = state ?? { best: null, bestEpoch: 0, reference: null, wait: 0 };
  }

  get state(): EarlyStoppingState {
    return this.current;
  }

  /** Takes the validation loss of `epoch` (from 1). The first of equal losses stays the best. */
  observe(epoch: number, value: number): EarlyStoppingVerdict {
    const { best, bestEpoch, reference, wait } = this.current;
    const isBest = value < (best ?? Infinity);
    const restarts = value < (reference ?? Infinity) - this.options.minimumDelta;
    this.current = {
      best: isBest ? value : best,
      bestEpoch: isBest ? epoch : bestEpoch,
      reference: restarts ? value : reference,
      wait: restarts ? 0 : wait + 1,
    };
    return { best: isBest, stop: this.exhausted };
  }

  /** Whether the patience is used up. */
  get exhausted(): boolean {
    return this.options.patience > 0 && this.current.wait >= this.options.patience;
  }
}
