/** Softmax and cross-entropy in one: the log-sum-exp form, which never takes the logarithm of a rounded probability. */
import { axis, zeros, type Tensor } from './tensor.js';

export interface Labelled {
  /** Class index per sample. */
  readonly labels: ArrayLike<number>;
  /** Target probabilities [count, classes]; absent = 1 for each label. */
  readonly targets?: ArrayLike<number> | undefined;
  /** Factor of each sample's loss; absent = 1. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

export interface CrossEntropy {
  /** `sum(weight * target * (log(sum(exp(x))) - x)) / count`. */
  readonly loss: number;
  /** Samples whose largest logit is their label's; the first of equals counts. */
  readonly correct: number;
  /** `weight * (softmax(x) * sum(target) - target) / count`. */
  readonly gradient: Tensor;
}

/** Loss and gradient of logits [count, classes]; `labelSmoothing` is the share of each target that all classes get alike. */
export function crossEntropy(
  logits: Tensor,
  { labels, targets, sampleWeights }: Labelled,
  labelSmoothing = 0,
): CrossEntropy {
  const classes = axis(logits, 0);
  const count = logits.data.length / classes;
  const gradient = zeros(logits.shape);
  let loss = 0;
  let correct = 0;
  for (let sample = 0; sample < count; sample++) {
    const row = logits.data.subarray(sample * classes, (sample + 1) * classes);
    const weight = sampleWeights?.[sample] ?? 1;
    const label = labels[sample]!;
    const target = Array.from(row, (_, k) => {
      const sharp = targets ? targets[sample * classes + k]! : k === label ? 1 : 0;
      return (1 - labelSmoothing) * sharp + labelSmoothing / classes;
    });
    const mass = target.reduce((sum, t) => sum + t, 0);
    const largest = Math.max(...row);
    const logSum = largest + Math.log(row.reduce((sum, x) => sum + Math.exp(x - largest), 0));
    target.forEach((t, k) => (loss += (weight * t * (logSum - row[k]!)) / count));
    if (row.indexOf(largest) === label) correct++;
    row.forEach((x, k) => {
      gradient.data[sample * classes + k] = (weight * (Math.exp(x - logSum) * mass - target[k]!)) / count;
    });
  }
  return { loss, correct, gradient };
}
