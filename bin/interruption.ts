/** Ctrl-C: the first one asks the work to save and stop, the second one quits at once. */
import { exitCodes } from './failure.js';

/**
 * Runs `work` with a signal that the first SIGINT aborts, after `announce` has told the user what happens.
 * A second SIGINT ends the process with code 130. Restores the default handling when `work` is done.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>, announce: () => void): Promise<T> {
  const controller = new AbortController();
  const onInterrupt = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
    announce();
  };
  process.on('SIGINT', onInterrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
