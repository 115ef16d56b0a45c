/** Checks of single configuration values; each says in words what it accepts. */

/** Accepts or refuses a value that came from a flag or a file. */
export interface Check {
  /** Completes "expected ...". */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

/** A non-empty string; `what` says of what. */
export function text(what: string): Check {
  return { expected: what, accepts: (value) => typeof value === 'string' && value.length > 0 };
}

export const boolean: Check = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' };

/** One of the `names`. */
export function oneOf(names: readonly string[]): Check {
  return { expected: names.join(', '), accepts: (value) => names.some((name) => name === value) };
}

/** The `word`, or what `check` accepts. */
export function wordOr(word: string, check: Check): Check {
  return { expected: `${word} or ${check.expected}`, accepts: (value) => value === word || check.accepts(value) };
}

/** An integer from `low` to `high`, both included. */
export function integer(low: number, high = Number.MAX_SAFE_INTEGER): Check {
  const range = high === Number.MAX_SAFE_INTEGER ? `of ${low} or more` : `from ${low} to ${high}`;
  return {
    expected: `an integer ${range}`,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high,
  };
}

/** A finite number of `low` or more. */
export function atLeast(low: number): Check {
  return { expected: `a number of ${low} or more`, accepts: (value) => isNumber(value) && value >= low };
}

/** A finite number above `low`. */
export function above(low: number): Check {
  return { expected: `a number above ${low}`, accepts: (value) => isNumber(value) && value > low };
}

/** A number above `low` and below `high`. */
export function between(low: number, high: number): Check {
  return {
    expected: `a number between ${low} and ${high}`,
    accepts: (value) => isNumber(value) && value > low && value < high,
  };
}

/** A number from 0, included, to 1, not included. */
export const fraction: Check = {
  expected: 'a number from 0 to below 1',
  accepts: (value) => isNumber(value) && value >= 0 && value < 1,
};

/** A list of what `check` accepts; it may be empty. */
export function listOf(check: Check): Check {
  return {
    expected: `a list, each ${check.expected}`,
    accepts: (value) => Array.isArray(value) && value.every(check.accepts),
  };
}

/** An object whose keys are non-empty texts, `key` says of what, with values that `check` accepts. */
export function eachOf(key: string, check: Check): Check {
  return {
    expected: `an object of ${key} to ${check.expected}`,
    accepts: (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.entries(value).every(([name, one]) => name !== '' && check.accepts(one)),
  };
}

/** Null for nothing, or what `check` accepts. */
export function nullOr(check: Check): Check {
  return { expected: `${check.expected}, or null`, accepts: (value) => value === null || check.accepts(value) };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
