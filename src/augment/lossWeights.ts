/** The factor of each image's loss: what its class weighs times what the image itself weighs. */

export interface LossWeightOptions {
  /** [classes]; absent = 1. */
  readonly classWeights?: Float32Array;
  /** [count]; absent = 1. */
  readonly sampleWeights?: Float32Array;
}

/** `classWeights[label] * sampleWeights[image]` as float32 [count] that every thread can read; undefined when there are neither. */
export function shareLossWeights(
  labels: Uint8Array,
  { classWeights, sampleWeights }: LossWeightOptions,
): SharedArrayBuffer | undefined {
  if (!classWeights && !sampleWeights) return undefined;
  const shared = new SharedArrayBuffer(labels.length * Float32Array.BYTES_PER_ELEMENT);
  const weights = new Float32Array(shared);
  labels.forEach((label, image) => {
    weights[image] = (classWeights?.[label] ?? 1) * (sampleWeights?.[image] ?? 1);
  });
  return shared;
}
