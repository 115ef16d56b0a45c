/** Progress for programs: every event as one line of JSON on stdout. */
import type { TrainingListener } from '../../src/train/events.js';

/** A listener that hands each line to `write`. */
export function jsonLineProgress(write: (line: string) => void): TrainingListener {
  return (event) => write(JSON.stringify(event));
}
