/** A data set small enough to check by eye. */
import { usages, type Dataset, type Usage } from '../../src/data/dataset.js';

/** `labels.length` images of 4x3 pixels in 3 classes; pixel i of image n is 16 * n + i. */
export function smallDataset(labels: readonly number[], usage: Usage = 'Training'): Dataset {
  const count = labels.length;
  return {
    pixels: Uint8Array.from({ length: count * 12 }, (_, i) => 16 * Math.floor(i / 12) + (i % 12)),
    labels: Uint8Array.from(labels),
    usage: new Uint8Array(count).fill(usages.indexOf(usage)),
    count,
    height: 4,
    width: 3,
    classNames: ['angry', 'happy', 'sad'],
    hash: 'small',
  };
}
