/** Whether what callers hand over is of the kind that was asked for: JavaScript has no compiler that tells. */
import { argumentInvalid } from './errors.js';

/** `Float32Array`, `Map`, `Array`; also of objects of another realm, such as a page's frame, which `instanceof` does not know. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/** Throws ARGUMENT_INVALID, calling it `name`, unless `value` is of one of these kinds. */
export function demandKind(name: string, value: unknown, kinds: readonly string[]): void {
  const kind = kindOf(value);
  if (kinds.includes(kind)) return;
  throw argumentInvalid(`${name} must be a ${kinds.join(' or ')}, got ${kind}.`);
}

/** An object with fields: no array, no `Map`. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return kindOf(value) === 'Object';
}
