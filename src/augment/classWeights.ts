/** Loss weights that make every class count alike, however rare. */
import { FerError } from '../errors.js';

/**
 * Weight per class: `n / (classes * n_c)`, with n the number of images and n_c those of class c; the mean over all images is 1.
 * A class without images gets weight 0 and is not counted among the classes, so the others weigh what they would without it.
 * `counts` is images per class: [classes]. Throws FerError DATA_INVALID if a count is no whole number or all are 0.
 *
 * Reference: scikit-learn `compute_class_weight("balanced")`, which knows only the classes present.
 */
export function balancedClassWeights(counts: ArrayLike<number>): Float32Array {
  let total = 0;
  let present = 0;
  for (let label = 0; label < counts.length; label++) {
    const count = counts[label]!;
    if (!Number.isInteger(count) || count < 0) {
      throw new FerError('DATA_INVALID', `Class counts must be whole numbers from 0, got ${count} for class ${label}.`);
    }
    total += count;
    if (count > 0) present += 1;
  }
  if (total === 0) throw new FerError('DATA_INVALID', 'Class weights need at least one image, got none in any class.');
  return Float32Array.from(counts, (count) => (count === 0 ? 0 : total / (present * count)));
}
