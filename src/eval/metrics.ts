/** Classification metrics from labels and predictions, as scikit-learn defines them: row = true class, zero division gives 0. */
import { FerError } from '../errors.js';

/** Precision, recall and F1, each in [0, 1], with the number of images behind them. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Images whose true class this is; for an average, all images. */
  readonly support: number;
}

/** A score that had no denominator and was set to 0. */
export interface ZeroDivision {
  readonly metric: 'precision' | 'recall' | 'f1';
  readonly classIndex: number;
}

/** All that a classification report states. */
export interface ClassificationMetrics {
  /** Correct images / all images. */
  readonly accuracy: number;
  /** In class order. */
  readonly perClass: readonly Scores[];
  /** Unweighted mean over the classes. */
  readonly macro: Scores;
  /** Mean over the classes, weighted by support. */
  readonly weighted: Scores;
  /** Scores set to 0 because they are undefined, in class order. */
  readonly zeroDivision: readonly ZeroDivision[];
}

/**
 * Counts of images by true class (row) and predicted class (column): [classes][classes].
 * Throws DATA_INVALID when the lengths differ or an index is not in 0 .. classes - 1.
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): number[][] {
  if (labels.length !== predictions.length) {
    throw new FerError(
      'DATA_INVALID',
      `Expected one prediction per label; got ${labels.length} labels and ${predictions.length} predictions.`,
    );
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const row = matrix[checkClass(labels[i]!, classes, `Label ${i}`)]!;
    row[checkClass(predictions[i]!, classes, `Prediction ${i}`)]! += 1;
  }
  return matrix;
}

/**
 * Scores of a confusion matrix (row = true class): `precision = tp / (tp + fp)`, `recall = tp / (tp + fn)`,
 * `f1 = 2 tp / (2 tp + fp + fn)`, as scikit-learn's `precision_recall_fscore_support` with `zero_division=0`.
 * Every class of the matrix counts in the macro average, also one without images, as with `labels=range(classes)` there.
 */
export function classificationMetrics(matrix: readonly (readonly number[])[]): ClassificationMetrics {
  const classes = matrix.length;
  const zeroDivision: ZeroDivision[] = [];
  const perClass = matrix.map((row, index): Scores => {
    const truePositives = row[index]!;
    const support = sum(row);
    const predicted = sum(matrix.map((other) => other[index]!));
    const ratio = (metric: ZeroDivision['metric'], numerator: number, denominator: number): number => {
      if (denominator > 0) return numerator / denominator;
      zeroDivision.push({ metric, classIndex: index });
      return 0;
    };
    return {
      precision: ratio('precision', truePositives, predicted),
      recall: ratio('recall', truePositives, support),
      f1: ratio('f1', 2 * truePositives, support + predicted),
      support,
    };
  });
  const count = sum(perClass.map((scores) => scores.support));
  const correct = sum(matrix.map((row, index) => row[index]!));
  return {
    accuracy: count > 0 ? correct / count : 0,
    perClass,
    macro: average(perClass, () => 1, classes),
    weighted: average(perClass, (scores) => scores.support, count),
    zeroDivision,
  };
}

/** Lower and upper bound of a probability inside the logarithm, as Keras' backend epsilon. */
const epsilon = 1e-7;

/**
 * Mean cross-entropy `-mean(log(p[label]))` of `probabilities` [count, classes], each clipped to [1e-7, 1 - 1e-7] as Keras does.
 * NaN when there are no labels. Throws DATA_INVALID when the lengths do not fit.
 */
export function crossEntropy(probabilities: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  if (probabilities.length !== labels.length * classes) {
    throw new FerError(
      'DATA_INVALID',
      `Expected ${labels.length} x ${classes} probabilities for ${labels.length} labels; got ${probabilities.length}.`,
    );
  }
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const probability = probabilities[i * classes + checkClass(labels[i]!, classes, `Label ${i}`)]!;
    total -= Math.log(Math.min(Math.max(probability, epsilon), 1 - epsilon));
  }
  return total / labels.length;
}

/** Index of the largest of `count` values from `start`; the first one where several are equal, as NumPy's `argmax`. */
export function argmax(values: ArrayLike<number>, start = 0, count = values.length - start): number {
  let best = 0;
  for (let i = 1; i < count; i++) {
    if (values[start + i]! > values[start + best]!) best = i;
  }
  return best;
}

function checkClass(index: number, classes: number, what: string): number {
  if (Number.isInteger(index) && index >= 0 && index < classes) return index;
  throw new FerError('DATA_INVALID', `${what} is ${index}; expected a class index from 0 to ${classes - 1}.`);
}

function average(perClass: readonly Scores[], weight: (scores: Scores) => number, totalWeight: number): Scores {
  const mean = (key: 'precision' | 'recall' | 'f1'): number =>
    totalWeight > 0 ? sum(perClass.map((scores) => scores[key] * weight(scores))) / totalWeight : 0;
  const support = sum(perClass.map((scores) => scores.support));
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1'), support };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
