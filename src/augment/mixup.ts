/** Mixup: every image of a batch becomes a blend of itself and another one, and so does its target (Zhang et al. 2018). */
import type { Random } from '../random.js';

/** A batch whose images are ready and whose labels and weights are those of the single images: [count, ...]. */
export interface MixableBatch {
  /** [count, area], blended in place. */
  readonly images: Float32Array;
  /** [count]; become the classes with the larger share. */
  readonly labels: Uint8Array;
  /** [count, classes], written. */
  readonly targets: Float32Array;
  /** [count], factors of the loss, blended in place; absent = 1. */
  readonly sampleWeights?: Float32Array;
}

/**
 * Blends each image with another of the batch: `share * own + (1 - share) * other`, one share ~ Beta(alpha, alpha) for the batch.
 *
 * The loss is that of the paper's reference code, `share * loss(own label) + (1 - share) * loss(other label)`. With weights each of
 * the two losses keeps its own: the blended weight is `w = share * w_own + (1 - share) * w_other`, and the target shares are
 * `share * w_own / w` and `(1 - share) * w_other / w`; where both weights are 0 they are `share` and `1 - share`.
 *
 * The batch is put in a random ring, where each image's partner is its successor. So no image is blended with itself unless it is
 * alone; a random permutation, as in the reference code, does that to one image per batch. All draws come from `random`.
 *
 * Reference: Zhang, Cisse, Dauphin and Lopez-Paz 2018, mixup: Beyond Empirical Risk Minimization, section 2.
 */
export function mixBatch(
  batch: MixableBatch,
  { alpha, random }: { readonly alpha: number; readonly random: Random },
): void {
  const { images, labels, targets, sampleWeights } = batch;
  const count = labels.length;
  const area = images.length / count;
  const classes = targets.length / count;
  const share = random.beta(alpha, alpha);
  const ring = random.shuffle(Uint32Array.from({ length: count }, (_, place) => place));

  const image = (place: number): Float32Array => images.subarray(place * area, (place + 1) * area);
  const first = ring[0]!;
  // What the last of the ring blends with has been blended itself by then.
  const firstImage = image(first).slice();
  const firstLabel = labels[first]!;
  const firstWeight = sampleWeights?.[first] ?? 1;

  targets.fill(0);
  for (let i = 0; i < count; i++) {
    const place = ring[i]!;
    const isLast = i === count - 1;
    const partner = isLast ? first : ring[i + 1]!;
    const otherLabel = isLast ? firstLabel : labels[partner]!;
    const otherWeight = isLast ? firstWeight : (sampleWeights?.[partner] ?? 1);
    blend(image(place), isLast ? firstImage : image(partner), share);

    const ownLabel = labels[place]!;
    const own = share * (sampleWeights?.[place] ?? 1);
    const other = (1 - share) * otherWeight;
    const weight = own + other;
    const ownShare = weight > 0 ? own / weight : share;
    targets[place * classes + ownLabel]! += ownShare;
    targets[place * classes + otherLabel]! += 1 - ownShare;
    labels[place] = ownShare >= 0.5 ? ownLabel : otherLabel;
    if (sampleWeights) sampleWeights[place] = weight;
  }
}

/** `share * image + (1 - share) * other`, into `image`. */
function blend(image: Float32Array, other: Float32Array, share: number): void {
  for (let i = 0; i < image.length; i++) image[i] = share * image[i]! + (1 - share) * other[i]!;
}
