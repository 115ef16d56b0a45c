/** The lines that stay on the screen, with and without a bar: what is trained, a row of figures for each epoch, how it ended. */
import { formatCount, formatPercent } from '../../src/eval/decimals.js';
import type { TrainingEvent } from '../../src/train/events.js';
import { formatDuration } from '../terminal/duration.js';

type EventOf<Type extends TrainingEvent['type']> = Extract<TrainingEvent, { type: Type }>;

/** The columns behind the number of the epoch and their widths: with `100/100*` 79 characters, for a terminal of 80. */
const columns = [
  ['loss', 7],
  ['accuracy', 8],
  ['validation loss', 15],
  ['accuracy', 8],
  ['time', 10],
  ['left', 11],
] as const;

/** What is about to be trained, on how much, and where; then the head of the epochs' table. */
export function formatStart(event: EventOf<'start'>): string[] {
  const threads = event.threads === 1 ? '1 thread' : `${event.threads} threads`;
  const engine =
    event.device === undefined ? `${event.engine} engine, ${threads}` : `${event.engine} engine on ${event.device}`;
  const { parameters, trainingCount, validationCount } = event;
  return [
    `Training ${formatCount(parameters)} parameters on ${formatCount(trainingCount)} images, validating on ${formatCount(validationCount)}.`,
    `${engine}. Run folder: ${event.run}`,
    '* marks the lowest validation loss so far, whose weights are kept.',
    formatRow(
      'epoch',
      columns.map(([name]) => name),
      event.epochs,
    ),
  ];
}

/** The epoch's figures, below the head of `formatStart`; the time that is left but for the last epoch. */
export function formatEpoch({ record, best, remainingMs }: EventOf<'epoch'>, epochs: number): string {
  const figures = [
    record.loss.toFixed(4),
    formatPercent(record.accuracy),
    record.validationLoss.toFixed(4),
    formatPercent(record.validationAccuracy),
    formatDuration(record.elapsedMs),
    ...(record.epoch < epochs ? [formatDuration(remainingMs)] : []),
  ];
  return formatRow(`${record.epoch}/${epochs}${best ? '*' : ' '}`, figures, epochs);
}

function formatRow(epoch: string, cells: readonly string[], epochs: number): string {
  const epochWidth = Math.max('epoch'.length, `${epochs}/${epochs}*`.length);
  const aligned = cells.map((cell, index) => cell.padStart(columns[index]![1]));
  return [epoch.padStart(epochWidth), ...aligned].join('  ');
}

/** `epoch  3/50`, as wide for every epoch of a run. */
export function formatEpochNumber(epoch: number, epochs: number): string {
  const last = String(epochs);
  return `epoch ${String(epoch).padStart(last.length)}/${last}`;
}

/** Why the run ended, and after how long. */
export function formatEnd({ reason, elapsedMs }: EventOf<'end'>): string {
  const time = formatDuration(elapsedMs);
  switch (reason) {
    case 'finished':
      return `Finished after ${time}.`;
    case 'early-stopping':
      return `Stopped early after ${time}: the validation loss fell no further.`;
    case 'interrupted':
      return `Interrupted after ${time}; everything is saved.`;
  }
}
