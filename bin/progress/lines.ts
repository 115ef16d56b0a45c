/** Progress for a log file or a pipe: one plain line per epoch, in columns. */
import type { TrainingListener } from '../../src/train/events.js';
import { formatEnd, formatEpoch, formatStart } from './epochLine.js';

/** A listener that hands each line to `write`. */
export function lineProgress(write: (line: string) => void): TrainingListener {
  let epochs = 0;
  return (event) => {
    switch (event.type) {
      case 'start':
        epochs = event.epochs;
        for (const line of formatStart(event)) write(line);
        break;
      case 'epoch':
        write(formatEpoch(event, epochs));
        break;
      case 'warning':
        write(`warning: ${event.message}`);
        break;
      case 'remark':
        write(event.message);
        break;
      case 'end':
        write(formatEnd(event));
        break;
      case 'batch':
      case 'checkpoint':
        break;
    }
  };
}
