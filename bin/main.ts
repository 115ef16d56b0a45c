/** Runs the command line once and turns whatever happened into output and an exit code. */
import { setImmediate } from 'node:timers/promises';
import { watchOutput } from './brokenOutput.js';
import { exitCodeOf, reportFailure } from './failure.js';
import { createProgram } from './program.js';

watchOutput();
try {
  await createProgram().parseAsync();
} catch (error) {
  await setImmediate(); // a write that failed is told a turn later, and comes first
  reportFailure(error);
  process.exit(exitCodeOf(error));
}
