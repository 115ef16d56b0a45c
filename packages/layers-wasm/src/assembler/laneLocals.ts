/** The local variables of a function whose vectors are lanes. */
import { unsigned } from './encoding.js';
import type { ValueType } from './expression.js';
import type { Code } from './laneOperations.js';

/** Where the four lanes of a vector are: indices of f32 locals, which a vector of equal lanes has in common. */
export type Lanes = readonly [number, number, number, number];

export const lanesOfVector = [0, 1, 2, 3] as const;
export type Lane = (typeof lanesOfVector)[number];

/** The code that reads a local. */
export const get = (local: number): Code => [0x20, ...unsigned(local)];

export class LaneLocals {
  /** Behind the parameters. */
  readonly types: ValueType[] = [];
  /** Locals of intermediate results: those in use, and those that are free again. */
  private readonly used = new Set<number>();
  private readonly free: number[] = [];
  private readonly scratches = new Map<string, number>();

  constructor(private readonly parameters: number) {}

  /** A new local. */
  add(type: ValueType): number {
    this.types.push(type);
    return this.parameters + this.types.length - 1;
  }

  /** The lanes of a variable, one behind the other. */
  addVector(): Lanes {
    return [this.add('f32'), this.add('f32'), this.add('f32'), this.add('f32')];
  }

  /** A lane of an intermediate result. */
  take(): number {
    const local = this.free.pop() ?? this.add('f32');
    this.used.add(local);
    return local;
  }

  /** Gives back the lanes of an intermediate result; those of variables stay theirs. */
  release(vector: Lanes): void {
    for (const local of vector) if (this.used.delete(local)) this.free.push(local);
  }

  /** A local for a number that is needed more than once within one instruction; the same one each time. */
  scratch(name: string, type: ValueType): number {
    const local = this.scratches.get(name) ?? this.add(type);
    this.scratches.set(name, local);
    return local;
  }
}
