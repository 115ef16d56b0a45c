/** The state of an optimizer: what makes it fit a network, and how it is carried to one that trains other layers. */
import { argumentInvalid, LayersWasmError } from '../errors.js';
import type { Parameter } from '../graph/parameter.js';
import { isRecord, kindOf } from '../kinds.js';
import { averagesSlot } from '../kernels/optimizer/movingAverage.js';
import type { NamedWeight, NamedWeights, OptimizerState } from '../types.js';

export { averagesSlot };
export { slotsOf } from '../kernels/optimizer/update.js';

/** What a network keeps a state of. */
export interface StateOwner {
  /** Names of its slots. */
  readonly slots: readonly string[];
  /** Its trainable weights. */
  readonly trainable: readonly Parameter[];
}

/** Throws WEIGHTS_INVALID, naming the tensor, when one is missing or has another shape; `what` says what they are. */
export function demandTensors(parameters: readonly Parameter[], values: NamedWeights, what: string): void {
  if (kindOf(values) !== 'Map') throw invalid(`A Map with each ${what} by name was expected, got ${kindOf(values)}.`);
  for (const { name, shape, size } of parameters) {
    const value = values.get(name);
    if (!value) throw invalid(`The ${what} "${name}" is missing.`);
    demandFloats(value, `The ${what} "${name}"`);
    if (value.shape.join() === shape.join() && value.data.length === size) continue;
    const got = `[${value.shape.join(', ')}] with ${value.data.length} values`;
    throw invalid(`The ${what} "${name}" must have shape [${shape.join(', ')}], got ${got}.`);
  }
}

function demandFloats({ shape, data }: NamedWeight, what: string): void {
  if (Array.isArray(shape) && kindOf(data) === 'Float32Array') return;
  throw invalid(
    `${what} must be { shape, data } of an Array and a Float32Array, got ${kindOf(shape)} and ${kindOf(data)}.`,
  );
}

/**
 * Throws WEIGHTS_INVALID for a state with other slots or tensors than `owner` has, ARGUMENT_INVALID for counts of updates that cannot
 * be.
 */
export function demandState({ step, startedAt = new Map(), slots }: OptimizerState, owner: StateOwner): void {
  demandUpdates("The optimizer's step", step, Number.MAX_SAFE_INTEGER);
  if (kindOf(startedAt) !== 'Map') {
    throw invalid(`The optimizer's startedAt must be a Map of updates by name, got ${kindOf(startedAt)}.`);
  }
  const names = new Set(owner.trainable.map(({ name }) => name));
  for (const [name, before] of startedAt) {
    const what = `The optimizer's startedAt of "${name}"`;
    demandUpdates(what, before, step);
    if (!names.has(name)) throw invalid(`${what} is of no trainable weight here.`);
  }
  demandSlots(slots, owner);
  for (const slot of owner.slots) {
    demandTensors(owner.trainable, slots[slot]!, `optimizer's ${slot} of`);
    const unknown = [...slots[slot]!.keys()].find((name) => !names.has(name));
    if (unknown !== undefined) {
      throw invalid(`The optimizer's ${slot} have "${unknown}", which is no trainable weight here.`);
    }
  }
}

/**
 * `state` behind a change of what is trained: of weights that it has it keeps what it knows; the others begin now, with zeros, or for
 * their averages with what `weights` has of them. Throws WEIGHTS_INVALID for other slots than `owner` has.
 */
export function carriedState(state: OptimizerState, owner: StateOwner, weights: NamedWeights): OptimizerState {
  demandSlots(state.slots, owner);
  const known = Object.values(state.slots)[0];
  const startedAt = new Map<string, number>();
  for (const { name } of owner.trainable) {
    const before = known && !known.has(name) ? state.step : state.startedAt?.get(name);
    if (before !== undefined) startedAt.set(name, before);
  }
  const begin = (slot: string, { name, shape, size }: Parameter): NamedWeight =>
    slot === averagesSlot ? weights.get(name)! : { shape, data: new Float32Array(size) };
  const slots = owner.slots.map((slot) => {
    const tensors = owner.trainable.map(
      (parameter) => [parameter.name, state.slots[slot]!.get(parameter.name) ?? begin(slot, parameter)] as const,
    );
    return [slot, new Map(tensors)] as const;
  });
  return { step: state.step, startedAt, slots: Object.fromEntries(slots) };
}

function demandSlots(slots: OptimizerState['slots'], owner: StateOwner): void {
  if (!isRecord(slots)) throw invalid(`The optimizer's state must have slots, by name, got ${kindOf(slots)}.`);
  const odd = Object.entries(slots).find(([, tensors]) => kindOf(tensors) !== 'Map');
  if (odd) throw invalid(`The optimizer's ${odd[0]} must be a Map of tensors by name, got ${kindOf(odd[1])}.`);
  const got = Object.keys(slots);
  if (owner.slots.length === got.length && owner.slots.every((slot) => Object.hasOwn(slots, slot))) return;
  throw invalid(
    `This network's optimizer keeps ${named(owner.slots)}, got a state with ${named(got)}; ` +
      'compile with the options that the state was made with.',
  );
}

function demandUpdates(what: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 0 && value <= most) return;
  throw argumentInvalid(`${what} must be a whole number from 0 to ${most}, got ${value}.`);
}

function named(slots: readonly string[]): string {
  return slots.length === 0 ? 'no slots' : `the slots ${slots.join(', ')}`;
}

function invalid(message: string): LayersWasmError {
  return new LayersWasmError('WEIGHTS_INVALID', message);
}
