/** What a run of the fuzzer found so far; as JSON it is also where the run goes on. */
import type { StoredFormat } from '../../src/model/formats/storedModel.js';
import { peakMegabytes } from '../peakMemory.js';
import type { MeasuredOutcome } from './caseRunner.js';

export interface FuzzReport {
  readonly reader: StoredFormat;
  readonly seed: number;
  /** Number of the next case; all before are counted. */
  next: number;
  /** Cases by where they ended: `answered`, an error's code or `failed`. */
  readonly outcomes: Record<string, number>;
  /** Cases that the shared thread could not end. */
  alone: number;
  slowest: { case: number; cpuMs: number };
  /** The most memory that the process has had, Node and all cases so far included, and the case after which it was measured. */
  memory: { case: number; megabytes: number };
  readonly failures: { readonly case: number; readonly problem: string }[];
}

/** Every case must end within this processor time, in milliseconds, and the process within this memory, in megabytes. */
export const limits = { cpuMs: 1000, megabytes: 300 } as const;

export function emptyReport(reader: StoredFormat, seed: number): FuzzReport {
  const counts = { outcomes: {}, alone: 0, slowest: { case: -1, cpuMs: 0 }, memory: { case: -1, megabytes: 0 } };
  return { reader, seed, next: 0, ...counts, failures: [] };
}

/** Adds case `report.next`. Gives what is wrong with it, if anything is. */
export function addCase(report: FuzzReport, { outcome, cpuMs, isAlone }: MeasuredOutcome): string | undefined {
  const number = report.next;
  const megabytes = peakMegabytes();
  const problem = problemOf(outcome) ?? excess(cpuMs, megabytes > report.memory.megabytes ? megabytes : 0);
  const ending = outcome.kind === 'refused' ? outcome.code : outcome.kind;
  report.outcomes[ending] = (report.outcomes[ending] ?? 0) + 1;
  if (isAlone) report.alone += 1;
  if (cpuMs > report.slowest.cpuMs) report.slowest = { case: number, cpuMs: Math.round(cpuMs) };
  if (megabytes > report.memory.megabytes) report.memory = { case: number, megabytes: Math.ceil(megabytes) };
  if (problem !== undefined) report.failures.push({ case: number, problem });
  report.next = number + 1;
  return problem;
}

function problemOf(outcome: MeasuredOutcome['outcome']): string | undefined {
  return outcome.kind === 'failed' ? outcome.problem : undefined;
}

function excess(cpuMs: number, megabytes: number): string | undefined {
  if (cpuMs > limits.cpuMs) return `it took ${Math.round(cpuMs)} ms of processor time`;
  return megabytes > limits.megabytes ? `the process has taken ${Math.round(megabytes)} MB` : undefined;
}
