/** The classification report as text, laid out as scikit-learn's `classification_report` lays it out. */
import { formatDecimals } from './decimals.js';
import { FerError } from '../errors.js';
import type { ClassificationMetrics, Scores } from './metrics.js';

export interface ClassificationReportOptions {
  /** Decimals of the scores, 0 to 15; 2 when absent, as in scikit-learn. */
  readonly digits?: number;
}

const columns = ['precision', 'recall', 'f1-score', 'support'];
/** Width of a column, without the space before it. */
const columnWidth = 9;

/**
 * One row per class, then accuracy, macro and weighted average; ends with a line feed, as scikit-learn's text does.
 * The third summary row is always `accuracy`: every label of a confusion matrix is one of its classes, and only a report on
 * some of the labels prints `micro avg` there. Throws DATA_INVALID when there is not one name per class.
 */
export function classificationReport(
  metrics: Pick<ClassificationMetrics, 'accuracy' | 'perClass' | 'macro' | 'weighted'>,
  classNames: readonly string[],
  options: ClassificationReportOptions = {},
): string {
  const { digits = 2 } = options;
  if (classNames.length !== metrics.perClass.length) {
    throw new FerError(
      'DATA_INVALID',
      `Expected ${metrics.perClass.length} class names, one per class; got ${classNames.length}.`,
    );
  }
  const width = Math.max(...classNames.map(textWidth), 'weighted avg'.length, digits);
  const row = (heading: string, cells: readonly string[]): string =>
    `${padStart(heading, width)} ${cells.map((cell) => ` ${cell.padStart(columnWidth)}`).join('')}\n`;
  const scoresRow = (heading: string, scores: Scores): string => {
    const values = [scores.precision, scores.recall, scores.f1].map((value) => formatDecimals(value, digits));
    return row(heading, [...values, supportText(scores)]);
  };
  // scikit-learn counts in floats when not one prediction is right, and then prints 3.0 images.
  const supportText = ({ support }: Scores): string => (metrics.accuracy > 0 ? String(support) : support.toFixed(1));
  return [
    row('', columns),
    '\n',
    ...metrics.perClass.map((scores, index) => scoresRow(classNames[index]!, scores)),
    '\n',
    row('accuracy', ['', '', formatDecimals(metrics.accuracy, digits), supportText(metrics.macro)]),
    scoresRow('macro avg', metrics.macro),
    scoresRow('weighted avg', metrics.weighted),
  ].join('');
}

/** Length as Python counts it, in code points and not in UTF-16 units. */
function textWidth(text: string): number {
  return Array.from(text).length;
}

function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text;
}
