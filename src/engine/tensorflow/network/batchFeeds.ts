/** A batch as the tensors that a training step is fed with. */
import type { Dropout } from 'layers-wasm/graph/operation.js';
import { dropoutStream, writeDropoutFactors } from 'layers-wasm/training/dropoutMask.js';
import { demandImages, writeTargets } from 'layers-wasm/training/targets.js';
import type { Scaling } from '../../../scaling.js';
import type { Images, TrainingBatch } from '../../engine.js';
import { demandGreyLevels, demandScaledPixels } from '../../imageKinds.js';
import type { TensorValue } from '../library/tensor.js';

export interface BatchFormat {
  /** [height, width, channels]. */
  readonly imageShape: readonly [number, number, number];
  readonly classes: number;
  /** Largest count. */
  readonly batchSize: number;
  readonly labelSmoothing: number;
  /** Of images that are bytes, which the graph scales; undefined = they are scaled floats. */
  readonly scaling: Scaling | undefined;
}

/** Images [count, height, width, channels]. Throws LayersWasmError ARGUMENT_INVALID where they do not fit. */
export function imageFeed(images: Images, count: number, format: BatchFormat): TensorValue {
  const { imageShape, batchSize, scaling } = format;
  if (scaling === undefined) demandScaledPixels(images);
  else demandGreyLevels(images);
  const size = imageShape[0] * imageShape[1] * imageShape[2];
  demandImages(images, count, { size, batchSize });
  const type = scaling === undefined ? 'float32' : 'uint8';
  return { type, shape: [count, ...imageShape], elements: images.subarray(0, count * size) };
}

/**
 * Labels, targets, shares and the inverse of the count. TensorFlow's gradient of the cross-entropy expects targets with a sum of 1: they are
 * scaled, and what they summed to goes into the share. Throws ARGUMENT_INVALID, naming the first value that does not fit.
 */
export function answerFeeds(batch: TrainingBatch, { classes, labelSmoothing }: BatchFormat): TensorValue[] {
  const { count } = batch;
  const labels = new Int32Array(count);
  const targets = new Float32Array(count * classes);
  const shares = new Float32Array(count);
  writeTargets(batch, { classes, labelSmoothing }, { labels, targets, sampleWeights: shares });
  for (let image = 0; image < count; image++) {
    const row = targets.subarray(image * classes, (image + 1) * classes);
    const sum = row.reduce((total, target) => total + target, 0);
    if (sum > 0) row.forEach((target, index) => (row[index] = target / sum));
    else row[0] = 1; // of no weight
    shares[image] = (shares[image]! * sum) / count;
  }
  return [
    { type: 'int64', shape: [count], elements: BigInt64Array.from(labels, BigInt) },
    { type: 'float32', shape: [count, classes], elements: targets },
    { type: 'float32', shape: [count], elements: shares },
    scalarFeed(1 / count),
  ];
}

/** A single number. */
export function scalarFeed(value: number): TensorValue {
  return { type: 'float32', shape: [], elements: Float32Array.of(value) };
}

/** The factors of a dropout for the step of this key. */
export function dropoutFeed({ index, rate, input }: Dropout, key: number, count: number): TensorValue {
  const { shape } = input;
  const factors = new Float32Array(count * shape.height * shape.width * shape.channels);
  writeDropoutFactors(factors, { stream: dropoutStream(key, index), rate, shape, count });
  return { type: 'float32', shape: [count, shape.height, shape.width, shape.channels], elements: factors };
}
