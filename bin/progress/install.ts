/** What an installation says on stderr while it runs: a line that grows in a terminal, a line for each step elsewhere. */
import type { InstallEvent, InstallListener } from '../../src/engine/install/installation.js';
import type { OutputOptions } from '../output.js';

export interface InstallProgress {
  readonly onEvent: InstallListener;
  /** To be called before anything else is printed. */
  readonly end: () => void;
}

/** Silent with `--quiet`. */
export function installProgress(
  { quiet }: OutputOptions,
  stream: NodeJS.WriteStream = process.stderr,
): InstallProgress {
  if (quiet === true) return { onEvent: () => undefined, end: () => undefined };
  let step = '';
  const onEvent = (event: InstallEvent): void => {
    const next = describeStep(event);
    if (stream.isTTY) {
      if (step !== '' && next !== step) stream.write('\n');
      stream.write(`\r${next}${describeAmount(event)}\x1b[K`); // the end of a longer line before is cleared
    } else if (next !== step) {
      stream.write(`${next}\n`);
    }
    step = next;
  };
  const end = (): void => {
    if (stream.isTTY && step !== '') stream.write('\n');
    step = '';
  };
  return { onEvent, end };
}

function describeStep(event: InstallEvent): string {
  if (event.type === 'download') return `Downloading ${event.what}`;
  if (event.type === 'unpack') return `Unpacking ${event.what}`;
  return 'Loading the engine to check it';
}

function describeAmount(event: InstallEvent): string {
  if (event.type === 'check') return '';
  const done = (event.bytes / 1e6).toFixed(0);
  if (event.type === 'download') return event.bytes === 0 ? '' : `: ${done} MB`;
  return `: ${done} of ${(event.total / 1e6).toFixed(0)} MB`;
}
