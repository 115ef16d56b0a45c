/** Narrowing of values that came from JSON. */

/** Whether `value` is an object with keys, not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether `value` is a whole number of at least `minimum` that a double holds exactly. */
export function isWholeNumber(value: unknown, minimum: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= minimum;
}

/** `value` as an error message shows it: JSON, at most 60 characters, `nothing` for an absent one. */
export function showJson(value: unknown): string {
  const json = value === undefined ? 'nothing' : toJson(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'a value nested too deeply'; // the parser takes more levels than the stack has for writing them
  }
}
