/** Progress of an evaluation: a bar that vanishes when it is done, on terminals only. */
import { SingleBar } from 'cli-progress';
import type { OutputOptions } from '../output.js';

/** What `evaluate` calls after every batch; undefined where nothing should be shown. */
export function evaluationProgress(split: string, { quiet }: OutputOptions): (done: number, count: number) => void {
  if (quiet === true || !process.stderr.isTTY) return () => undefined;
  const bar = new SingleBar({
    format: `${split} {bar} {value}/{total}`,
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: 20,
    clearOnComplete: true,
    hideCursor: true,
  });
  return (done, count) => {
    if (!bar.isActive) bar.start(count, done);
    bar.update(done);
    if (done === count) bar.stop();
  };
}
