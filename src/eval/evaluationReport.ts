/** What an evaluation found, as plain JSON data and as text. */
import { classificationReport } from './classificationReport.js';
import { confusionMatrixText } from './confusionMatrixText.js';
import { formatCount, formatDecimals, formatPercent } from './decimals.js';
import type { ClassificationMetrics, Scores } from './metrics.js';

/** How the data came to be what was evaluated, under the names of run.json. */
export interface DataReading {
  /** False when the file names no splits and they were drawn. */
  readonly hasUsage: boolean;
  /** Rows of the file that were left out as bad. */
  readonly badRows: number;
}

/**
 * The result of one evaluation: what `fer eval --json` prints. Plain data, so `JSON.parse(JSON.stringify(report))` equals it.
 * All shares are in [0, 1]; class indices refer to `classNames`.
 */
export interface EvaluationReport extends ClassificationMetrics {
  readonly model: {
    readonly name: string;
    /** SHA-256 of the weights (`modelHash`). */
    readonly hash: string;
  };
  readonly data: {
    /** SHA-256 of the data file. */
    readonly hash: string;
  } & Partial<DataReading>;
  /** The split that was evaluated, such as PublicTest. */
  readonly split: string;
  /** Images in it. */
  readonly count: number;
  /** 95 % interval of the accuracy, [low, high] (Wilson 1927). */
  readonly interval: readonly [number, number];
  /** Mean cross-entropy, without any weight penalty. */
  readonly loss: number;
  /** Always false: each image is seen once, as it is. */
  readonly testTimeAugmentation: false;
  /** The data's, in its order, then `classesNotInData`. */
  readonly classNames: readonly string[];
  /** Classes that the model knows and the data does not, if any: an image that it gives to one of these counts as wrong. */
  readonly classesNotInData?: readonly string[];
  readonly perClass: readonly (Scores & { readonly className: string })[];
  /** Images by true class (row) and predicted class (column). */
  readonly confusionMatrix: readonly (readonly number[])[];
}

/** The report as text for a terminal: where it comes from, accuracy and loss, classification report, confusion matrix, remarks. */
export function formatEvaluation(report: EvaluationReport): string {
  const { model, split, count, accuracy, interval, loss, data } = report;
  const [low, high] = interval;
  const images = count === 1 ? '1 image' : `${formatCount(count)} images`;
  return [
    `${model.name} (weights ${model.hash.slice(0, 12)}) on ${split} (${describeData(data)}): ${images}, no test-time augmentation`,
    `Accuracy ${formatPercent(accuracy)}, 95 % interval ${formatPercent(low)} to ${formatPercent(high)}; loss ${formatDecimals(loss, 4)}`,
    '',
    classificationReport(report, report.classNames),
    confusionMatrixText(report.confusionMatrix, report.classNames),
    extraClassRemark(report) + zeroDivisionRemarks(report),
  ].join('\n');
}

function describeData({ hash, hasUsage = true, badRows = 0 }: EvaluationReport['data']): string {
  const words = [`data ${hash.slice(0, 12)}`];
  if (!hasUsage) words.push('drawn split');
  if (badRows > 0) words.push(`${formatCount(badRows)} bad ${badRows === 1 ? 'row' : 'rows'} left out`);
  return words.join(', ');
}

function extraClassRemark({ classesNotInData: extra = [], classNames, confusionMatrix }: EvaluationReport): string {
  if (extra.length === 0) return '';
  const columns = extra.map((name) => classNames.indexOf(name));
  const wrong = confusionMatrix.reduce(
    (total, row) => total + columns.reduce((sum, column) => sum + row[column]!, 0),
    0,
  );
  return `The data has no ${extra.join(', ')}. Images that the model calls so count as wrong: ${formatCount(wrong)}.\n`;
}

function zeroDivisionRemarks({ zeroDivision, classNames }: EvaluationReport): string {
  const remark = (metric: string, reason: string): string => {
    const undefinedOnes = zeroDivision.filter((entry) => entry.metric === metric);
    const names = undefinedOnes.map((entry) => classNames[entry.classIndex]!);
    return names.length === 0 ? '' : `${metric} of ${names.join(', ')} is set to 0: ${reason}.\n`;
  };
  return [
    remark('precision', 'never predicted'),
    remark('recall', 'no such image in this split'),
    remark('f1', 'neither predicted nor in this split'),
  ].join('');
}
