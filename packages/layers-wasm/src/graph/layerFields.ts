/** Reads the fields of a layer's config, and says which layer and field are wrong. */
import { LayersWasmError, unsupported } from '../errors.js';
import { isRecord } from '../kinds.js';
import type { LayerConfig } from '../types.js';

/** Fields that change what a layer does in ways that no kernel here knows. */
const refusedFields = ['activity_regularizer', 'noise_shape'];

export class LayerFields {
  private readonly regularized = new Set<string>();

  constructor(readonly layer: Omit<LayerConfig, 'inbound_nodes'>) {}

  private invalid(field: string, expected: string): LayersWasmError {
    const got = JSON.stringify(this.layer.config[field]);
    return new LayersWasmError(
      'MODEL_INVALID',
      `Layer "${this.layer.name}" (${this.layer.class_name}): ${field} must be ${expected}, got ${got}.`,
    );
  }

  unsupported(reason: string): LayersWasmError {
    return unsupported(this.layer, reason);
  }

  /** A positive whole number. */
  count(field: string, fallback?: number): number {
    const value = this.layer.config[field] ?? fallback;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
      throw this.invalid(field, 'a positive whole number');
    return value;
  }

  number(field: string, fallback: number): number {
    const value = this.layer.config[field] ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.invalid(field, 'a finite number');
    return value;
  }

  /** A number above 0. */
  positive(field: string, fallback: number): number {
    const value = this.number(field, fallback);
    if (value <= 0) throw this.invalid(field, 'a number above 0');
    return value;
  }

  flag(field: string, fallback: boolean): boolean {
    const value = this.layer.config[field] ?? fallback;
    if (typeof value !== 'boolean') throw this.invalid(field, 'true or false');
    return value;
  }

  /** A pair of whole numbers, or one number for both. */
  pair(field: string, fallback?: readonly [number, number]): [number, number] {
    const [first, second] = pairOf(this.layer.config[field] ?? fallback);
    if (!isCount(first) || !isCount(second)) throw this.invalid(field, 'one or two positive whole numbers');
    return [first, second];
  }

  /** Whole numbers from 0: [before, after] along the height, and along the width; a number stands for both of a pair. */
  margins(field: string, fallback: number): [[number, number], [number, number]] {
    const both = pairOf(this.layer.config[field] ?? fallback);
    const [[top, bottom], [left, right]] = [pairOf(both[0]), pairOf(both[1])];
    if (isAmount(top) && isAmount(bottom) && isAmount(left) && isAmount(right)) {
      return [
        [top, bottom],
        [left, right],
      ];
    }
    throw this.invalid(field, 'a whole number from 0, two of them, or two pairs of them');
  }

  padding(): 'same' | 'valid' {
    const value = this.layer.config['padding'] ?? 'valid';
    if (value !== 'same' && value !== 'valid')
      throw this.unsupported(`padding ${JSON.stringify(value)}; it knows "same" and "valid"`);
    return value;
  }

  /** The name of an activation; absent and null mean linear. */
  activation(): string {
    const value = this.layer.config['activation'] ?? 'linear';
    if (typeof value !== 'string') throw this.unsupported(`activation ${JSON.stringify(value)}`);
    return value;
  }

  /** Factor of a squared penalty, `l2 * sum(w^2)`: Keras 2 writes L1L2, later versions L2. */
  l2(field: string): number {
    this.regularized.add(field);
    const value = this.layer.config[field];
    if (value === undefined || value === null) return 0;
    const { class_name: name, config } = isRecord(value) ? value : {};
    if (name !== 'L2' && name !== 'L1L2') throw this.unsupported(`${field} ${JSON.stringify(value)}; it knows L2`);
    const factors = isRecord(config) ? config : {};
    if (Number(factors['l1'] ?? 0) !== 0) throw this.unsupported(`${field} with an L1 part`);
    const l2 = Number(factors['l2'] ?? 0);
    if (!Number.isFinite(l2) || l2 < 0) throw this.invalid(field, 'an L2 regulariser with a factor of at least 0');
    return l2;
  }

  /** Refuses constraints, and regularisers of weights that the layer was not asked for: ignoring them would train another model. */
  demandNothingElse(): void {
    for (const [field, value] of Object.entries(this.layer.config)) {
      if (value === null || value === undefined) continue;
      const isIgnored = field.endsWith('_regularizer') && !this.regularized.has(field);
      if (isIgnored || field.endsWith('_constraint') || refusedFields.includes(field)) {
        throw this.unsupported(`${field} ${JSON.stringify(value)}`);
      }
    }
  }

  /** Fields that this engine does only one way: anything else is refused. */
  demand(field: string, accepted: readonly unknown[]): void {
    const value = this.layer.config[field];
    if (value === undefined || value === null) return;
    const text = JSON.stringify(value);
    if (!accepted.some((choice) => JSON.stringify(choice) === text)) throw this.unsupported(`${field} ${text}`);
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}

function isAmount(value: unknown): value is number {
  return value === 0 || isCount(value);
}

/** A list of two as it is, and what is none in both places; other lists are no pair. */
function pairOf(value: unknown): [unknown, unknown] {
  if (!Array.isArray(value)) return [value, value];
  const [first, second] = value as unknown[];
  return value.length === 2 ? [first, second] : [undefined, undefined];
}
