/** Predictions for programs (JSON, CSV) and for people (bars). */
import { formatPercent } from './decimals.js';
import { isPrediction, type PredictionResult } from './prediction.js';

/** One picture in `fer predict --json`: an answer, or why there is none. */
export type PredictionRecord =
  | {
      readonly file: string;
      readonly label: string;
      /** Of the label, in [0, 1]. */
      readonly probability: number;
      /** By class name, in the order of the model's outputs. */
      readonly probabilities: Readonly<Record<string, number>>;
    }
  | { readonly file: string; readonly error: { readonly code: string; readonly message: string } };

/** A result as plain JSON data. */
export function predictionRecord(result: PredictionResult, classNames: readonly string[]): PredictionRecord {
  if (!isPrediction(result)) {
    return { file: result.name, error: { code: result.error.code, message: result.error.message } };
  }
  const { name, label, probability, probabilities } = result;
  const byClass = Object.fromEntries(classNames.map((className, index) => [className, probabilities[index]!]));
  return { file: name, label, probability, probabilities: byClass };
}

/** The header of the CSV: file, label, probability, one column per class, error. Ends with a line feed. */
export function predictionCsvHeader(classNames: readonly string[]): string {
  return csvLine(['file', 'label', 'probability', ...classNames, 'error']);
}

/** A result as a line of CSV (RFC 4180 quoting), probabilities with six decimals. A failure fills file and error alone. */
export function predictionCsvLine(result: PredictionResult, classNames: readonly string[]): string {
  if (!isPrediction(result)) return csvLine([result.name, '', '', ...classNames.map(() => ''), result.error.message]);
  const { name, label, probability, probabilities } = result;
  return csvLine([name, label, ...[probability, ...probabilities].map((value) => value.toFixed(6)), '']);
}

export interface PredictionTextOptions {
  readonly classNames: readonly string[];
  /** Characters of a bar of probability 1. */
  readonly barWidth: number;
}

/** File and label on the first line, then a bar per class, most probable first; ends with a line feed. No colour codes. */
export function formatPrediction(result: PredictionResult, { classNames, barWidth }: PredictionTextOptions): string {
  if (!isPrediction(result)) return `${result.name}: no answer. ${result.error.message}\n`;
  const nameWidth = Math.max(...classNames.map((name) => name.length));
  const bars = classNames
    .map((name, index) => ({ name, probability: result.probabilities[index]! }))
    .sort((a, b) => b.probability - a.probability)
    .map(({ name, probability }) => {
      const bar = '█'.repeat(Math.round(probability * barWidth)).padEnd(barWidth);
      return `  ${name.padEnd(nameWidth)}  ${bar}  ${formatPercent(probability).padStart(7)}\n`;
    });
  return `${result.name}: ${result.label} ${formatPercent(result.probability)}\n${bars.join('')}`;
}

function csvLine(fields: readonly string[]): string {
  return `${fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\n`;
}
