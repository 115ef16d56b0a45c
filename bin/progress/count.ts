/** Progress of work that is counted, such as images evaluated or faces drawn: a bar that vanishes at the end, on terminals only. */
import { SingleBar } from 'cli-progress';
import type { OutputOptions } from '../output.js';

/** What the work called `name` tells how far it is; does nothing where nothing should be shown. Draws on `stream`, stderr by default. */
export function countProgress(
  name: string,
  { quiet }: OutputOptions,
  stream: NodeJS.WriteStream = process.stderr,
): (done: number, count: number) => void {
  if (quiet === true || !stream.isTTY) return () => undefined;
  const bar = new SingleBar({
    stream,
    format: `${name} {bar} {value}/{total}`,
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: 20,
    clearOnComplete: true,
    hideCursor: false, // Ctrl-C ends the process in the middle, and nobody would bring it back
  });
  return (done, count) => {
    if (!bar.isActive) bar.start(count, done);
    bar.update(done);
    if (done === count) bar.stop();
  };
}
