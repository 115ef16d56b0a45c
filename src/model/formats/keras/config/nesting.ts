/** A limit to how deep a config is nested: what comes after may look at it recursively. */
import { invalidConfig } from './kerasLayer.js';

/** Keras' own configs need about 12 levels, and as many again for each model within a model. */
const deepest = 100;

/** Throws MODEL_INVALID when objects and lists of `value` lie within each other more than 100 deep. Looks level by level, without recursion. */
export function checkNesting(value: unknown): void {
  let level = [value].filter(isNested);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > deepest) throw invalidConfig(`expected a config nested at most ${deepest} deep, got a deeper one`);
    level = level.flatMap((outer) => Object.values(outer).filter(isNested));
  }
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
