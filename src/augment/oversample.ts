/** SMOTE on the Training rows: rare classes made up by faces between faces. */
import { smote, targetCounts } from 'smote-ts';
import type { Dataset } from '../data/dataset.js';
import { FerError } from '../errors.js';
import { requireTrainingRows } from './trainingRows.js';

export interface OversampleOptions {
  /** "auto" lifts every class to the largest; a number in (0, 1] lifts each to at least that fraction of the largest. */
  readonly strategy: 'auto' | number;
  /** Nearest neighbours to interpolate to, at least 1; Chawla et al. (2002) use 5. */
  readonly neighbours: number;
  readonly seed: number;
}

/**
 * `dataset` followed by synthetic Training images, class by class, their grey levels rounded to bytes.
 * Throws FerError CONFIG_INVALID if any row is not a Training row or a class has too few images for its neighbours.
 */
export function oversample(dataset: Dataset, { strategy, neighbours, seed }: OversampleOptions): Dataset {
  requireTrainingRows(dataset, 'SMOTE');
  const features = dataset.height * dataset.width;
  const synthetic: { label: number; rows: Float32Array }[] = [];
  let count = dataset.count;
  for (const [label, target] of refuse('SMOTE', () => targetCounts(dataset.labels, strategy))) {
    const { samples, count: present } = imagesOf(dataset, label);
    const amount = target - present;
    if (amount === 0) continue;
    const shape = { samples, count: present, features, imageWidth: dataset.width };
    const options = { ...shape, neighbours, amount, seed, stream: label };
    const rows = refuse(`SMOTE of class "${dataset.classNames[label] ?? label}"`, () => smote(options));
    synthetic.push({ label, rows });
    count += amount;
  }

  const pixels = new Uint8Array(count * features);
  const labels = new Uint8Array(count);
  // Usage 0 is Training, also for the rows that are added.
  const usage = new Uint8Array(count);
  pixels.set(dataset.pixels);
  labels.set(dataset.labels);
  let next = dataset.count;
  for (const { label, rows } of synthetic) {
    const end = next + rows.length / features;
    for (let i = 0; i < rows.length; i++) pixels[next * features + i] = Math.round(rows[i]!);
    labels.fill(label, next, end);
    next = end;
  }
  return { ...dataset, pixels, labels, usage, count };
}

/** The images of one class: [count, height * width]. */
function imagesOf({ pixels, labels, height, width }: Dataset, label: number): { samples: Uint8Array; count: number } {
  const area = height * width;
  const count = labels.reduce((sum, own) => sum + (own === label ? 1 : 0), 0);
  const samples = new Uint8Array(count * area);
  let next = 0;
  labels.forEach((own, row) => {
    if (own === label) samples.set(pixels.subarray(row * area, (row + 1) * area), area * next++);
  });
  return { samples, count };
}

/** Runs `work`; what the SMOTE package refuses becomes an error of the toolkit. */
function refuse<T>(purpose: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new FerError('CONFIG_INVALID', `${purpose}: ${cause.message}`, { cause });
  }
}
