/** Learning rates over a run: pure functions of the step, and reduce-on-plateau as a small state machine. */

export const scheduleNames = ['constant', 'cosine', 'plateau'] as const;
export type ScheduleName = (typeof scheduleNames)[number];

/** Steps of a run, counted from 0: step = (epoch - 1) * batchesPerEpoch + batches done in that epoch. */
export interface RateOptions {
  /** The full rate, reached after the warm-up. */
  readonly learningRate: number;
  /** Where the cosine ends. */
  readonly minimumLearningRate: number;
  /** Steps over which the rate rises linearly to the full rate; 0 = none. */
  readonly warmupSteps: number;
  /** Steps of the whole run, warm-up included. */
  readonly totalSteps: number;
}

/** Share of the full rate at `step`, in (0, 1]: `min(1, (step + 1) / warmupSteps)`, linear warm-up (Goyal et al. 2017). */
function warmupFactor(step: number, warmupSteps: number): number {
  return warmupSteps === 0 ? 1 : Math.min(1, (step + 1) / warmupSteps);
}

/** The full rate at every step after the warm-up. */
export function constantRate(step: number, options: RateOptions): number {
  return options.learningRate * warmupFactor(step, options.warmupSteps);
}

/**
 * `minimum + (full - minimum) * (1 + cos(pi * t)) / 2` with t = share of the steps after the warm-up that are done, 0 to 1.
 * Reference: Loshchilov and Hutter 2017, SGDR, equation 5, one period.
 */
export function cosineRate(step: number, options: RateOptions): number {
  const { learningRate, minimumLearningRate, warmupSteps, totalSteps } = options;
  if (step < warmupSteps) return learningRate * warmupFactor(step, warmupSteps);
  const share = Math.min(1, (step - warmupSteps) / (totalSteps - warmupSteps));
  return minimumLearningRate + ((learningRate - minimumLearningRate) * (1 + Math.cos(Math.PI * share))) / 2;
}

export interface PlateauOptions {
  /** The rate to begin with. */
  readonly learningRate: number;
  /** The rate never falls below this. */
  readonly minimumLearningRate: number;
  /** New rate = rate * factor; in (0, 1). */
  readonly factor: number;
  /** Observations without improvement before the rate falls; 1 or more. */
  readonly patience: number;
}

/** All that a Plateau remembers; plain JSON. */
export interface PlateauState {
  readonly rate: number;
  /** Lowest value that counted as an improvement; null before the first. */
  readonly best: number | null;
  /** Observations since then or since the last cut. */
  readonly wait: number;
}

/** What counts as an improvement, as in Keras' ReduceLROnPlateau. */
const plateauMinimumDelta = 1e-4;

/** Cuts the rate when a loss stops falling, with the semantics of Keras' ReduceLROnPlateau (mode min, no cooldown). */
export class Plateau {
  private current: PlateauState;

  /** `state` goes on where another Plateau of the same options was. */
  constructor(
    private readonly options: PlateauOptions,
    state?: PlateauState,
  ) {
    this.current = state ?? { rate: options.learningRate, best: null, wait: 0 };
  }

  get state(): PlateauState {
    return this.current;
  }

  /** The rate from now on. */
  get rate(): number {
    return this.current.rate;
  }

  /** Takes the loss of one epoch. */
  observe(value: number): void {
    const { rate, best, wait } = this.current;
    if (value < (best ?? Infinity) - plateauMinimumDelta) {
      this.current = { rate, best: value, wait: 0 };
    } else if (wait + 1 < this.options.patience) {
      this.current = { rate, best, wait: wait + 1 };
    } else {
      this.current = { rate: Math.max(rate * this.options.factor, this.options.minimumLearningRate), best, wait: 0 };
    }
  }
}
