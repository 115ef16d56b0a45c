/** How far numbers of one engine are from those of another. */
import type { NamedWeights } from '../../../src/model/modelFile.js';

/** Largest difference, as a share of the expected number, or of 1 where that is smaller; NaN when lengths differ or a number is none. */
export function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length || expected.length === 0) return NaN;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const distance = Math.abs(actual[i]! - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
    if (!(distance <= largest)) largest = distance;
  }
  return largest;
}

/** Of tensors smaller than this, differences are shares of it. */
const floor = 1e-2;

/** Names and deviations of the tensors that differ by more than `tolerance` of their largest number, or are there only once. */
export function deviatingTensors(actual: NamedWeights, expected: NamedWeights, tolerance: number): string[] {
  const names = new Set([...expected.keys(), ...actual.keys()]);
  return [...names].flatMap((name) => {
    const [ours, theirs] = [actual.get(name), expected.get(name)];
    if (!ours || !theirs) return [`${name} is there once`];
    if (ours.shape.join('x') !== theirs.shape.join('x')) return [`${name} has shape ${ours.shape.join('x')}`];
    const size = theirs.data.reduce((most, value) => Math.max(most, Math.abs(value)), floor);
    const share = deviation(Float32Array.from(ours.data, scaled(size)), Float32Array.from(theirs.data, scaled(size)));
    return share <= tolerance ? [] : [`${name} is off by ${share.toExponential(1)}`];
  });
}

const scaled =
  (size: number) =>
  (value: number): number =>
    value / size;
