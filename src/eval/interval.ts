/** How far an accuracy measured on a finite number of images can be trusted. */

/** Two-sided 95 % quantile of the standard normal distribution. */
const z = 1.959963984540054;

/**
 * The 95 % score interval of a proportion, [low, high] within [0, 1]:
 * `(p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n)`, with p = correct / count and n = count. [0, 1] when count is 0.
 * Reference: Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22(158).
 */
export function wilsonInterval(correct: number, count: number): readonly [number, number] {
  if (count === 0) return [0, 1];
  const proportion = correct / count;
  const z2 = (z * z) / count;
  const centre = proportion + z2 / 2;
  const reach = Math.sqrt(z2 * (proportion * (1 - proportion) + z2 / 4));
  // At 0 and at all correct the bound is exact in theory, not in floating point.
  const low = correct === 0 ? 0 : (centre - reach) / (1 + z2);
  const high = correct === count ? 1 : (centre + reach) / (1 + z2);
  return [low, high];
}
