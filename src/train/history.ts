/** history.csv: one line per epoch, numbers written so that reading them gives the same doubles. */
import type { EpochRecord } from './events.js';

/** Columns of history.csv, in order. */
const historyColumns = [
  'epoch',
  'loss',
  'accuracy',
  'validationLoss',
  'validationAccuracy',
  'learningRate',
  'elapsedMs',
] as const satisfies readonly (keyof EpochRecord)[];

/** The whole file, with a header line. */
export function formatHistory(history: readonly EpochRecord[]): string {
  const lines = history.map((record) => historyColumns.map((column) => String(record[column])).join(','));
  return [historyColumns.join(','), ...lines, ''].join('\n');
}
