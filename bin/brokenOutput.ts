/** What follows when stdout or stderr takes no more: its reader is gone, or the disk behind it is full. */
import { getSystemErrorMap } from 'node:util';
import { FerError } from '../src/errors.js';
import { exitCodes, reportFailure } from './failure.js';

/** Undefined when the reader is gone, which is no error of anybody's; else the WRITE_FAILED to end with. */
export type OutputFailure = FerError | undefined;

/** What the system calls a reader that is gone: of a pipe, of a socket with something unread in it. */
const readerIsGone: readonly (string | undefined)[] = ['EPIPE', 'ECONNRESET'];

type Stop = (failure: OutputFailure) => void;

let stopWork: Stop | undefined;
let isStopping = false;

/**
 * Listens to both streams from here on. A broken stdout stops the work that `whenOutputBreaks` named; without any it ends the
 * process, with code 0 when a reader such as `head` has seen enough, else with one line and code 1. A broken stderr ends nothing:
 * progress that nobody reads is no reason to give up what is worked on.
 */
export function watchOutput(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isStopping) return; // every line that follows fails too
    const failure = describeFailure(error);
    if (stopWork) {
      isStopping = true;
      stopWork(failure);
      return;
    }
    if (failure) reportFailure(failure);
    process.exit(failure ? exitCodes.failure : exitCodes.success);
  });
}

/** Has a broken stdout call `stop` once in place of ending the process. The function that comes back undoes it. */
export function whenOutputBreaks(stop: Stop): () => void {
  stopWork = stop;
  return () => (stopWork = undefined);
}

function describeFailure(error: NodeJS.ErrnoException): OutputFailure {
  if (readerIsGone.includes(error.code)) return undefined;
  const [, reason = error.message] = getSystemErrorMap().get(error.errno ?? 0) ?? [];
  return new FerError('WRITE_FAILED', `Cannot write the output: ${reason}.`, { cause: error });
}
