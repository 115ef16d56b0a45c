/** Softmax and cross-entropy in one: the log-sum-exp form, which never takes the logarithm of a rounded probability. */
import { axis, zeros, type Tensor } from './tensor.js';

export interface Labelled {
  /** Class index per sample. */
  readonly labels: ArrayLike<number>;
  /** Factor of each sample's loss; absent = 1. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

export interface CrossEntropy {
  /** `sum(weight * (log(sum(exp(x))) - x[label])) / count`. */
  readonly loss: number;
  /** Samples whose largest logit is their label's; the first of equals counts. */
  readonly correct: number;
  /** `weight * (softmax(x) - onehot(label)) / count`. */
  readonly gradient: Tensor;
}

/** Loss and gradient of logits [count, classes]. */
export function crossEntropy(logits: Tensor, { labels, sampleWeights }: Labelled): CrossEntropy {
  const classes = axis(logits, 0);
  const count = logits.data.length / classes;
  const gradient = zeros(logits.shape);
  let loss = 0;
  let correct = 0;
  for (let sample = 0; sample < count; sample++) {
    const row = logits.data.subarray(sample * classes, (sample + 1) * classes);
    const weight = sampleWeights?.[sample] ?? 1;
    const label = labels[sample]!;
    const largest = Math.max(...row);
    const logSum = largest + Math.log(row.reduce((sum, x) => sum + Math.exp(x - largest), 0));
    loss += (weight * (logSum - row[label]!)) / count;
    if (row.indexOf(largest) === label) correct++;
    row.forEach((x, k) => {
      gradient.data[sample * classes + k] = (weight * (Math.exp(x - logSum) - (k === label ? 1 : 0))) / count;
    });
  }
  return { loss, correct, gradient };
}
