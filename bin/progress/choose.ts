/** Which listener a training run reports to. */
import type { TrainingListener } from '../../src/train/events.js';
import type { OutputOptions } from '../output.js';
import { jsonLineProgress } from './jsonLines.js';
import { lineProgress } from './lines.js';

/** JSON lines on stdout with `--json`; else nothing with `--quiet`, a bar where stderr is a terminal, lines where it is not. */
export async function chooseProgress({ json, quiet }: OutputOptions): Promise<TrainingListener> {
  if (json === true) return jsonLineProgress((line) => console.log(line));
  if (quiet === true) return () => undefined;
  if (!process.stderr.isTTY) return lineProgress((line) => console.error(line));
  const { barProgress } = await import('./bar.js');
  return barProgress(process.stderr);
}
