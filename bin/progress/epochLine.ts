/** The line that stays on the screen for each finished epoch, with and without a bar. */
import { formatCount, formatPercent } from '../../src/eval/decimals.js';
import type { TrainingEvent } from '../../src/train/events.js';
import { formatDuration } from '../terminal/duration.js';

type EventOf<Type extends TrainingEvent['type']> = Extract<TrainingEvent, { type: Type }>;

/** What is about to be trained, on how much, and where. */
export function formatStart(event: EventOf<'start'>): string {
  const threads = event.threads === 1 ? '1 thread' : `${event.threads} threads`;
  const engine =
    event.device === undefined ? `${event.engine} engine, ${threads}` : `${event.engine} engine on ${event.device}`;
  return [
    `Training on ${formatCount(event.trainingCount)} images, validating on ${formatCount(event.validationCount)}:`,
    `${formatCount(event.parameters)} parameters, ${engine}.`,
    `Run folder: ${event.run}`,
  ].join(' ');
}

/** The epoch's figures; `*` marks the lowest validation loss so far. */
export function formatEpoch({ record, best, remainingMs }: EventOf<'epoch'>, epochs: number): string {
  const figures = [
    `${formatEpochNumber(record.epoch, epochs)}${best ? '*' : ' '}`,
    `loss ${record.loss.toFixed(4)}`,
    `accuracy ${formatPercent(record.accuracy)}`,
    `validation loss ${record.validationLoss.toFixed(4)}`,
    `accuracy ${formatPercent(record.validationAccuracy)}`,
    formatDuration(record.elapsedMs),
  ];
  if (record.epoch < epochs) figures.push(`${formatDuration(remainingMs)} left`);
  return figures.join('  ');
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
