/** Runs the command line once and turns whatever happened into output and an exit code. */
import { exitCodeOf, reportFailure } from './failure.js';
import { createProgram } from './program.js';

// `fer ... | head` closes the pipe early: that is no error of anybody's.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  reportFailure(error);
  process.exit(exitCodeOf(error));
}
