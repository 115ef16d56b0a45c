/** The rows that train and the rows that select. PrivateTest rows are never selected here, nor counted. */
import { resolve } from 'node:path';
import { shareBytes } from '../augment/batchMemory.js';
import { balancedClassWeights } from '../augment/classWeights.js';
import { oversample } from '../augment/oversample.js';
import type { Dataset } from '../data/dataset.js';
import { describeDrawnSplit, loadDataset } from '../data/loadDataset.js';
import { resizeImages } from '../data/resize.js';
import { readSampleWeights, type SampleWeights } from '../data/sampleWeights.js';
import { countClasses, requireEveryClass, selectUsage } from '../data/select.js';
import { FerError } from '../errors.js';
import type { TrainConfig } from './config.js';
import type { ClassCounts, DataRecord } from './runRecord.js';

export interface TrainingData {
  /** Training rows, with SMOTE's when it is on; the pixels lie in shared memory, where the batch workers read them without a copy. */
  readonly training: Dataset;
  /** PublicTest rows, as they are. */
  readonly validation: Dataset;
  /** Factor of the loss per class: [classes]; undefined = 1. */
  readonly classWeights: Float32Array | undefined;
  /** Factor of the loss per image of `training`, 1 for SMOTE's: [count]; undefined = 1. */
  readonly sampleWeights: Float32Array | undefined;
  /** What run.json says of the data. */
  readonly record: DataRecord;
  /** What a person should know: rows left out, a split that was drawn. */
  readonly warnings: readonly string[];
}

/**
 * Loads `config.data` at so many pixels in height and width, and balances the training rows, after the split and nowhere else.
 * Throws DATA_NOT_FOUND or DATA_INVALID as loading does, and when a class has no training row or a split is empty; the same for a
 * file of sample weights that is missing or wrong, and CONFIG_INVALID for one beside data without a Usage column.
 */
export async function loadTrainingData(config: TrainConfig, inputSize: number): Promise<TrainingData> {
  const { data: path, skipBadRows, seed, smote, smoteNeighbours } = config;
  const { dataset, badRows, hasUsage, cacheWarning } = await loadDataset(path, { skipBadRows });
  const selected = toInputSize(selectUsage(dataset, 'Training', { shared: true }), inputSize);
  const validation = toInputSize(selectUsage(dataset, 'PublicTest'), inputSize);
  requireEveryClass(selected, 'Training');
  const weighting = await loadSampleWeights(config, { count: selected.count, hasUsage });

  const training =
    smote === 'none' ? selected : oversample(selected, { strategy: smote, neighbours: smoteNeighbours, seed });
  const balanced = config.classWeights === 'balanced';
  const warnings: string[] = [];
  if (badRows.length > 0) warnings.push(describeLeftOut(path, badRows.length));
  if (!hasUsage) warnings.push(describeDrawnSplit(path));
  if (cacheWarning !== undefined) warnings.push(cacheWarning);
  return {
    training: { ...training, pixels: shareBytes(training.pixels) },
    validation,
    classWeights: balanced ? balancedClassWeights(countClasses(training)) : undefined,
    sampleWeights: weighting && withOnes(weighting.weights, training.count),
    record: {
      path: resolve(path),
      hash: dataset.hash,
      hasUsage,
      badRows: badRows.length,
      classNames: dataset.classNames,
      splits: { Training: countByName(selected), PublicTest: countByName(validation) },
      trainingRows: training.count,
      ...(weighting && { sampleWeights: { path: resolve(weighting.path), hash: weighting.hash } }),
    },
    warnings,
  };
}

async function loadSampleWeights(
  { data, sampleWeights: path }: TrainConfig,
  { count, hasUsage }: { count: number; hasUsage: boolean },
): Promise<(SampleWeights & { readonly path: string }) | undefined> {
  if (path === null) return undefined;
  if (!hasUsage) {
    throw new FerError(
      'CONFIG_INVALID',
      `sampleWeights: expected data that names its Training rows; ${data} has no Usage column, so nobody knows which rows ` +
        'the weights belong to. Add the column, or leave sampleWeights out.',
    );
  }
  return { path, ...(await readSampleWeights(path, { count, of: `the Training rows of ${data}` })) };
}

/** `weights` followed by ones up to `count`: the rows that SMOTE added come last. */
function withOnes(weights: Float32Array, count: number): Float32Array {
  const all = new Float32Array(count).fill(1);
  all.set(weights);
  return all;
}

function describeLeftOut(path: string, count: number): string {
  return count === 1 ? `1 bad row of ${path} is left out.` : `${count} bad rows of ${path} are left out.`;
}

function countByName(dataset: Dataset): ClassCounts {
  const counts = countClasses(dataset);
  return Object.fromEntries(dataset.classNames.map((name, label) => [name, counts[label]!]));
}

function toInputSize(dataset: Dataset, size: number): Dataset {
  const to = { height: size, width: size };
  return { ...dataset, ...to, pixels: resizeImages(dataset.pixels, { from: dataset, to }) };
}
