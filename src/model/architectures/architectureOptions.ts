/** What every architecture can be told, and the one check of it. */
import { FerError } from '../../errors.js';

export interface ArchitectureOptions {
  /** [height, width, channels] in pixels; height and width from 32, one grey channel. */
  inputShape: readonly [number, number, 1];
  /** Number of outputs, 2 or more. */
  classes: number;
  /** L2 factor, 0 or more, of the kernels that the architecture regularises; absent = as published. */
  l2?: number;
}

/** Smallest height and width that every architecture takes, in pixels: the last layers would see nothing below it. */
export const smallestInput = 32;

/**
 * Throws CONFIG_INVALID, naming the architecture by `title`, for an input below 32x32 or above `largestInput` pixels, another number of
 * channels than one, fewer than 2 classes or a negative `l2`.
 */
export function checkArchitectureOptions(
  title: string,
  { inputShape, classes, l2 = 0 }: ArchitectureOptions,
  largestInput = Infinity,
): void {
  const shape: readonly number[] = inputShape;
  const isValidSize = (size: number): boolean =>
    Number.isInteger(size) && size >= smallestInput && size <= largestInput;
  if (shape.length !== 3 || !shape.slice(0, 2).every(isValidSize) || shape[2] !== 1) {
    const most = largestInput === Infinity ? '' : ` and at most ${largestInput}x${largestInput}x1`;
    const expected = `an input of at least ${smallestInput}x${smallestInput}x1${most} in whole pixels`;
    throw invalid(title, `${expected}, got ${inputShape.join('x')}`, 'Choose another input size, one grey channel.');
  }
  if (!Number.isInteger(classes) || classes < 2) {
    throw invalid(title, `2 or more classes, got ${classes}`, 'Check the class names.');
  }
  if (!Number.isFinite(l2) || l2 < 0) {
    throw invalid(title, `an L2 factor of 0 or more, got ${l2}`, 'Leave it out for the published one.');
  }
}

function invalid(title: string, expectation: string, remedy: string): FerError {
  return new FerError('CONFIG_INVALID', `${title} expects ${expectation}. ${remedy}`);
}
