/** Which normalisations and rectifiers the kernels before them do at once, and how. */
import { i32, type I32 } from '../assembler/expression.js';
import {
  isConvolution,
  readersOf,
  type Convolution,
  type Graph,
  type Normalization,
  type Operation,
  type Rectification,
} from '../graph/operation.js';
import type { Finish } from '../kernels/finish.js';
import type { MemoryPlan } from './memoryPlan.js';

/** What a kernel can do to its results. */
export type Finisher = Normalization | Rectification;

const isFinisher = (operation: Operation): operation is Finisher =>
  operation.kind === 'rectification' || (operation.kind === 'normalization' && operation.pooling === undefined);

/**
 * The only reader of each convolution, where its kernel can do that reader's work too. For inference only: a backward pass
 * wants the values in front of a normalisation.
 */
export function finishersOf({ operations, output }: Graph): ReadonlyMap<Convolution, Finisher> {
  const readers = readersOf(operations);
  const finishers = new Map<Convolution, Finisher>();
  for (const operation of operations.filter(isConvolution)) {
    const [reader, another] = readers.get(operation.output) ?? [];
    if (operation.output === output || !reader || another || !isFinisher(reader)) continue;
    finishers.set(operation, reader);
  }
  return finishers;
}

/** A finish as a kernel is built with it, and as it is called. */
export interface FinishCall {
  readonly finish: Finish | undefined;
  readonly addresses: readonly I32[];
}

/** How a kernel does the work of `finisher`. */
export function finishCall(plan: MemoryPlan, finisher: Finisher | undefined): FinishCall {
  if (!finisher) return { finish: undefined, addresses: [] };
  const { rectifier } = finisher;
  if (finisher.kind === 'rectification') return { finish: { normalizes: false, rectifier }, addresses: [] };
  const { scale, shift } = plan.normalization(finisher);
  return { finish: { normalizes: true, rectifier }, addresses: [i32.constant(scale), i32.constant(shift)] };
}
