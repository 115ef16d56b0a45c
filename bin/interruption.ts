/** Work that has to be saved when it is stopped: by Ctrl-C, or by an output that takes no more. */
import { whenOutputBreaks, type OutputFailure } from './brokenOutput.js';
import { exitCodes } from './failure.js';

/** What asked the work to stop. */
export type Interruption = 'Ctrl-C' | 'broken output';

/**
 * Runs `work` with a signal that the first SIGINT aborts, or a stdout that takes no more, after `announce` has told the user what
 * happens. A second SIGINT ends the process with code 130. Restores the default handling when `work` is done.
 * Throws WRITE_FAILED behind the work when stdout failed for another reason than that its reader is gone.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  announce: (by: Interruption) => void,
): Promise<T> {
  const controller = new AbortController();
  const stop = (by: Interruption): void => {
    controller.abort();
    announce(by);
  };
  const onInterrupt = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    stop('Ctrl-C');
  };
  let failure: OutputFailure;
  const forgetOutput = whenOutputBreaks((found) => {
    failure = found;
    if (!controller.signal.aborted) stop('broken output');
  });
  process.on('SIGINT', onInterrupt);
  try {
    const result = await work(controller.signal);
    if (failure) throw failure;
    return result;
  } finally {
    process.off('SIGINT', onInterrupt);
    forgetOutput();
  }
}
