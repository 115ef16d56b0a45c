/** Training steps between the call and the answer: while a device works on one, it has the next already. */
import { setImmediate } from 'node:timers/promises';
import type { StepResult } from '../engine/engine.js';

/** What is known of a step before it is answered. */
export interface PlannedStep {
  /** Images in its batch. */
  readonly count: number;
  readonly learningRate: number;
}

export type AnsweredStep = PlannedStep & StepResult;

interface Flight extends PlannedStep {
  readonly answer: Promise<StepResult>;
  /** The answer is there, or the error. */
  settled: boolean;
}

/**
 * Hands out the results of steps in the order of their calls. A step that is answered by the next turn of the event loop, as an engine
 * that works on this thread does, is done before the next one is called; of other engines' steps one at a time stays unanswered.
 */
export class StepsInFlight {
  private readonly flights: Flight[] = [];

  /** Steps that were called and whose results nobody has had. */
  get count(): number {
    return this.flights.length;
  }

  /** Adds a step that has just been called, and lets the event loop turn once. */
  async add(answer: Promise<StepResult>, planned: PlannedStep): Promise<void> {
    const flight = { ...planned, answer, settled: false };
    const settle = (): void => {
      flight.settled = true;
    };
    answer.then(settle, settle);
    this.flights.push(flight);
    await setImmediate(); // lets signals and the batch workers in too: an engine may hold the thread while it works
  }

  /** The results that need no waiting, and all but the last step's whatever they need. Throws as the step does. */
  async *answered(): AsyncGenerator<AnsweredStep> {
    while (this.flights.length > 1 || this.flights[0]?.settled === true) yield await this.takeFirst();
  }

  /** The results of all steps. Throws as the first step does that fails. */
  async *all(): AsyncGenerator<AnsweredStep> {
    while (this.flights.length > 0) yield await this.takeFirst();
  }

  /** Waits until no step is under way, and forgets what they came to. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.flights.splice(0).map(({ answer }) => answer));
  }

  private async takeFirst(): Promise<AnsweredStep> {
    const { answer, count, learningRate } = this.flights[0]!;
    const result = await answer;
    this.flights.shift();
    return { ...result, count, learningRate };
  }
}
