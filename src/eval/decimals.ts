/** Decimal text of scores, rounded as Python prints them. */

/**
 * `value` with `digits` decimals; a value exactly half-way goes to the even digit, as in Python's `format(value, '.2f')`
 * and so in scikit-learn's reports (0.125 gives 0.12), where `toFixed` would round it up. `digits` from 0 to 15.
 */
export function formatDecimals(value: number, digits: number): string {
  // value * 10^digits = n + 1/2 has a binary fraction as its solution only when value is an odd multiple of 2^-(digits + 1).
  const halves = value * 2 ** (digits + 1);
  const isTie = Number.isInteger(halves) && halves % 2 !== 0;
  if (!isTie) return value.toFixed(digits);
  const below = Math.floor(value * 10 ** digits);
  const even = below % 2 === 0 ? below : below + 1;
  return (even / 10 ** digits).toFixed(digits);
}

/** A share in [0, 1] as a percentage with one decimal, as `65.2 %`. */
export function formatPercent(share: number): string {
  return `${formatDecimals(share * 100, 1)} %`;
}

/** A count with thousands separators, as `3,589`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-GB');
}
