/** The gradient of the loss. Its value is worked out on the host, in double precision, from the outputs. */
import type { Program } from '../program.js';

/** Of softmax and cross-entropy: `share_i (softmax(z)_c * sum_k t_k - t_c)`, share the sample's weight over the batch's count. */
export function crossEntropyGradient(classes: number): Program {
  return {
    key: `cross-entropy gradient ${classes}`,
    inputs: ['outputs', 'targets', 'shares'],
    uniforms: [],
    body: `
      let start = index * ${classes};
      var largest = outputs[start];
      var mass = 0.0;
      for (var c = 0; c < ${classes}; c++) {
        largest = max(largest, outputs[start + c]);
        mass += targets[start + c];
      }
      var sum = 0.0;
      for (var c = 0; c < ${classes}; c++) { sum += exp(outputs[start + c] - largest); }
      for (var c = 0; c < ${classes}; c++) {
        let probability = exp(outputs[start + c] - largest) / sum;
        result[start + c] = shares[index] * (probability * mass - targets[start + c]);
      }`,
  };
}
