/** What a model answers is checked before anybody reads it: finite weights can still give values that are not numbers. */
import { FerError } from '../errors.js';
import type { ModelCard } from '../model/modelFile.js';

/** Throws MODEL_INVALID, naming the model of `card`, unless all `values` that it gave, probabilities or losses, are finite numbers. */
export function requireFinite(values: Iterable<number>, card: ModelCard): void {
  for (const value of values) {
    if (Number.isFinite(value)) continue;
    throw new FerError(
      'MODEL_INVALID',
      `Expected probabilities from ${card.name}, got values that are not numbers. Its weights are damaged or its training diverged.`,
    );
  }
}
