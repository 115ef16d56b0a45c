/** The step size of Adam after many updates: the same bits as by its formula, in a time that does not grow. */
import { expect, test } from '@jest/globals';
import { adamRule } from '../../../src/kernels/optimizer/adam.js';

/** `rate * sqrt(1 - beta2^t) / (1 - beta1^t)`, multiplied out to the last factor. */
function stepSize(rate: number, betas: readonly [number, number], update: number): number {
  const [first, second] = betas.map((beta) => {
    let product = 1;
    for (let i = 0; i < update; i++) product *= beta;
    return 1 - product;
  });
  return (rate * Math.sqrt(second!)) / first!;
}

const pairs: [number, number][] = [
  [0.9, 0.999],
  [0.5, 0.25],
  [0, 0.9999],
];

test.each(pairs)('has the bits of its formula: beta1 %d, beta2 %d', (beta1, beta2) => {
  const rule = adamRule({ beta1, beta2, epsilon: 1e-7, weightDecay: 0 });
  // 2^-54, from where on 1 - beta^t is 1, lies between updates 355 and 356 of 0.9, between 37411 and 37412 of 0.999.
  for (const update of [1, 2, 27, 28, 54, 55, 348, 355, 356, 357, 1000, 36_718, 37_411, 37_412, 400_000]) {
    expect(rule.scalars(1e-3, update).stepSize).toBe(stepSize(1e-3, [beta1, beta2], update));
  }
});

test('takes no longer after two thousand million updates', () => {
  const rule = adamRule({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 });
  const start = performance.now();
  expect(rule.scalars(1e-3, 2e9).stepSize).toBe(1e-3);
  expect(performance.now() - start).toBeLessThan(500); // some 20 microseconds; to the last factor it is seconds
});
