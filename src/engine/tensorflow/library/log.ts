/** TensorFlow's log, which goes to standard error: kept from the user's eyes unless `FER_TENSORFLOW_LOG` is set. */
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Koffi } from './koffi.js';

/** True when the user wants to see it. */
export function isLogWanted(): boolean {
  return Boolean(process.env['FER_TENSORFLOW_LOG']);
}

/** Runs `load`, which loads `framework`, with standard error closed, and then raises the threshold of its log to fatal errors. */
export async function withoutLog(koffi: Koffi, framework: string, load: () => void): Promise<void> {
  const name = await thresholdSetter(framework);
  withoutStandardError(koffi, load);
  if (name !== undefined) findFunction(koffi, framework, name)?.(fatal);
}

/** Undefined for a function that the library has and does not lend. */
function findFunction(koffi: Koffi, library: string, name: string): ((threshold: number) => void) | undefined {
  try {
    return koffi.load(library).func(`void ${name}(int)`) as (threshold: number) => void;
  } catch {
    return undefined;
  }
}

/** Of absl::LogSeverityAtLeast. */
const fatal = 3;

/**
 * The name of `absl::SetStderrThreshold` in the library, which has a version in it. TensorFlow 2.21 asks no environment variable for it;
 * older ones, which have no such function, do.
 */
async function thresholdSetter(framework: string): Promise<string | undefined> {
  const bytes = await readFile(framework);
  const end = '18SetStderrThresholdENS0_18LogSeverityAtLeastE';
  const at = bytes.indexOf(end);
  if (at < 0) return undefined;
  const start = bytes.lastIndexOf('_ZN4absl', at);
  return bytes.toString('latin1', start, at + end.length);
}

/** Of libraries' code alone: no JavaScript runs meanwhile. */
function withoutStandardError(koffi: Koffi, action: () => void): void {
  const system = koffi.load(null);
  const duplicate = system.func('int dup(int)');
  const duplicateTo = system.func('int dup2(int, int)');
  const kept = duplicate(2) as number;
  const nothing = openSync('/dev/null', 'w');
  duplicateTo(nothing, 2);
  try {
    action();
  } finally {
    duplicateTo(kept, 2);
    closeSync(kept);
    closeSync(nothing);
  }
}
