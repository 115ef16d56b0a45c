/** Starts wideHost.ts and reads what it prints. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What is to be trained there. */
export interface WideTask {
  /** `named` is wide code with the names of kernels, which V8's lines tell then: of 1 thread. */
  readonly code: 'wide' | 'narrow' | 'named';
  readonly threads: number;
  /** Of networks. */
  readonly names: readonly string[];
}

/** What came of it. */
export interface WideOutcome {
  /** Whether V8 was asked to join the code's vectors. */
  readonly joins: boolean;
  /** By network: SHA-256 of its trained numbers. */
  readonly digests: Readonly<Record<string, string>>;
  /** The lines that V8 printed for `flags`. */
  readonly trace: readonly string[];
}

/** Trains in a process of its own, with V8's optimising compiler alone: only that joins vectors. */
export async function trainedInWideHost(
  { code, threads, names }: WideTask,
  flags: readonly string[] = [],
): Promise<WideOutcome> {
  const script = fileURLToPath(new URL('./wideHost.js', import.meta.url));
  const words = ['--no-liftoff', ...flags, script, code, String(threads), ...names];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words, { maxBuffer: 2 ** 30 });
  const outcome = stderr.trimEnd().split('\n').at(-1)!;
  return { ...(JSON.parse(outcome) as Omit<WideOutcome, 'trace'>), trace: stdout.split('\n') };
}
