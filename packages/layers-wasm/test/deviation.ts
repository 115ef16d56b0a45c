/** How far float32 results are from the reference's float64. */

/** Taken once: Jest looks up `Math` anew at each use. */
const { abs, max } = Math;

/** Largest difference, relative to the largest magnitude of `expected` (at least `floor`); NaN when a number is not finite. */
export function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>, floor = 0): number {
  if (actual.length !== expected.length) return NaN;
  let [difference, largest] = [0, floor];
  for (let i = 0; i < expected.length; i++) {
    difference = max(difference, abs(actual[i]! - expected[i]!));
    largest = max(largest, abs(expected[i]!));
  }
  return difference / largest;
}

/** The tensors that differ from the reference by more than `tolerance`, or are there only once, with their deviation. */
export function deviations(
  actual: ReadonlyMap<string, { readonly data: ArrayLike<number> }>,
  expected: ReadonlyMap<string, ArrayLike<number>>,
  { tolerance, floor }: { tolerance: number; floor: number },
): string[] {
  const found: string[] = [];
  for (const name of new Set([...expected.keys(), ...actual.keys()])) {
    const error = deviation(actual.get(name)?.data ?? [], expected.get(name) ?? [], floor);
    if (!actual.has(name)) found.push(`${name} is missing`);
    else if (!expected.has(name)) found.push(`${name} is one too many`);
    else if (!(error <= tolerance)) found.push(`${name} is off by ${error.toExponential(1)}`);
  }
  return found;
}
