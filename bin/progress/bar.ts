/** Progress for a terminal: a bar for the epoch that runs, above it the line of each epoch that is done. */
import { SingleBar } from 'cli-progress';
import { formatPercent } from '../../src/eval/decimals.js';
import type { TrainingEvent, TrainingListener } from '../../src/train/events.js';
import { formatDuration } from '../terminal/duration.js';
import { fitTerminal } from '../terminal/fitTerminal.js';
import { formatEpochNumber } from './epochLine.js';
import { lineProgress } from './lines.js';

/** What matters least stands last: a narrow terminal cuts it off. */
const format = '{name} {bar} {value}/{total}  loss {loss}  accuracy {accuracy}  {left} left  {speed} images/s';
/** Characters of a line without its bar, at most. */
const wordsWidth = 84;

/** A listener that draws on `stream`, which must be a terminal. */
export function barProgress(stream: NodeJS.WriteStream): TrainingListener {
  const bar = new SingleBar({
    stream,
    format,
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: Math.min(30, Math.max(6, stream.columns - wordsWidth)),
    clearOnComplete: true,
    hideCursor: true,
    // Ctrl-C belongs to the training, which saves first; the bar would end the process.
    gracefulExit: false,
  });
  const printLine = lineProgress((line) => stream.write(`${fitTerminal(line, stream)}\n`));
  let epochs = 0;
  let drawn = false;
  // Whatever ends the process, the terminal gets its cursor back.
  process.once('exit', () => {
    if (drawn) bar.stop();
  });
  return (event) => {
    if (event.type === 'start') epochs = event.epochs;
    if (event.type === 'batch') {
      const payload = describeBatch(event, epochs);
      if (drawn) bar.update(event.batch, payload);
      else bar.start(event.batches, event.batch, payload);
      drawn = true;
      return;
    }
    if (event.type === 'checkpoint') return;
    // The bar gives way to the line; the next batch draws it again below.
    if (drawn) bar.stop();
    drawn = false;
    printLine(event);
  };
}

function describeBatch(event: Extract<TrainingEvent, { type: 'batch' }>, epochs: number): Record<string, string> {
  return {
    name: formatEpochNumber(event.epoch, epochs),
    loss: event.loss.toFixed(4),
    accuracy: formatPercent(event.accuracy),
    speed: event.imagesPerSecond.toFixed(0),
    left: formatDuration(event.remainingMs),
  };
}
