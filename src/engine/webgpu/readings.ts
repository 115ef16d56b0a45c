/** What the host works out of a network's outputs, in double precision: the device's own exponential and logarithm are rounder. */
import type { StepResult } from '../engine.js';

/** What the outputs of a batch should have come to. */
export interface Expected {
  /** Class per sample: [count]. */
  readonly labels: Int32Array;
  /** Probabilities [count, classes]. */
  readonly targets: Float32Array;
  /** Factor of each sample's loss: [count]. */
  readonly sampleWeights: Float32Array;
}

/** The sum of `exp(z_k - largest)`, and the largest output with its class, the first of several. */
function summarise(outputs: Float32Array): { largest: number; winner: number; sum: number } {
  let winner = 0;
  outputs.forEach((output, index) => {
    if (output > outputs[winner]!) winner = index;
  });
  const largest = outputs[winner]!;
  const sum = outputs.reduce((total, output) => total + Math.exp(output - largest), 0);
  return { largest, winner, sum };
}

/** `sum_i weight_i sum_c t_ic (log(sum_k exp(z_ik)) - z_ic) / count` of outputs z [count, classes], and how many of them meet their labels: none that are NaN. */
export function crossEntropy(outputs: Float32Array, count: number, expected: Expected): StepResult {
  const classes = outputs.length / count;
  let [loss, correct] = [0, 0];
  for (let sample = 0; sample < count; sample++) {
    const row = outputs.subarray(sample * classes, (sample + 1) * classes);
    const { largest, winner, sum } = summarise(row);
    const logSum = Math.log(sum) + largest;
    const surprise = row.reduce(
      (total, output, c) => total + expected.targets[sample * classes + c]! * (logSum - output),
      0,
    );
    loss += expected.sampleWeights[sample]! * surprise;
    // Of a network that has diverged the sum is NaN: no class is the most probable one then.
    if (winner === expected.labels[sample] && sum > 0) correct++;
  }
  return { loss: loss / count, correct };
}

/** Class probabilities of outputs [count, classes]. */
export function softmax(outputs: Float32Array, count: number): Float32Array {
  const classes = outputs.length / count;
  const probabilities = new Float32Array(outputs.length);
  for (let sample = 0; sample < count; sample++) {
    const row = outputs.subarray(sample * classes, (sample + 1) * classes);
    const { largest, sum } = summarise(row);
    row.forEach((output, c) => (probabilities[sample * classes + c] = Math.exp(output - largest) / sum));
  }
  return probabilities;
}
